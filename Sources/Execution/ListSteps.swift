import Bytecode
import CGMP
import Integers

/// The bodies of the instructions on lists. A list is looked up by its register after every allocation,
/// which may have moved it.
extension UnsafeMutablePointer<Context> {
  func listCount(_ block: UInt) -> Int {
    UnsafePointer<ListBlock>(bitPattern: block)?.pointee.count ?? 0
  }

  /// Puts a new list of zeros in a register.
  func makeList(
    count: Int, form: ElementForm = .byte, in register: UInt16
  ) throws(Halt) {
    try meter(MemorySchedule.list(count))
    let header = allocate(words: 4)
    header[0] = ListBlock.header(form)
    header[1] = 0
    header[2] = 0
    header[3] = 0
    setList(register, UInt(bitPattern: header))
    guard count > 0 else { return }
    makeRoom(register, capacity: count, form: form)
    UnsafeMutablePointer<ListBlock>(bitPattern: list(register))?.pointee.count = count
  }

  /// Gives the list in a register room for more elements, or for elements of a wider form.
  private func makeRoom(_ register: UInt16, capacity: Int, form: ElementForm) {
    let size = form.wordCount(capacity)
    let block = allocate(words: 1 + size)
    guard let list = UnsafeMutablePointer<ListBlock>(bitPattern: list(register)) else { return }
    block[0] = form.elementsHeader(capacity: capacity)
    let old = ListElements(UInt(bitPattern: list))
    list.pointee.header = ListBlock.header(form)
    list.pointee.elements = UInt(bitPattern: block)
    list.pointee.capacity = capacity
    let new = ListElements(UInt(bitPattern: list))
    var used = old.count << form.shift
    if old.form == form {
      new.base.copyMemory(from: old.base, byteCount: used)
    } else {
      for index in 0..<old.count { new[index] = old[index] }
    }
    // A collection looks at words that are not used yet, and a new list is zeros.
    used = min(used, size * 8)
    (new.base + used).initializeMemory(as: UInt8.self, repeating: 0, count: size * 8 - used)
  }

  /// Makes sure that a register holds a list that can be shared, not just no elements.
  private func materialize(_ register: UInt16) throws(Halt) {
    if list(register) == 0 { try makeList(count: 0, in: register) }
  }

  func listNew(_ o: SIMD8<UInt16>) throws(Halt) {
    guard let count = int(o[1]).int, count >= 0 else { throw Halt(.indexOutOfRange) }
    if count > Limits.listCount { throw Halt(.listTooLong) }
    try charge(GasSchedule.listResult(count))
    try makeList(count: count, in: o[0])
  }

  func listShare(_ o: SIMD8<UInt16>) throws(Halt) {
    try materialize(o[1])
    setList(o[0], list(o[1]))
  }

  func listCopy(_ o: SIMD8<UInt16>) throws(Halt) {
    let count = listCount(list(o[1]))
    try charge(GasSchedule.listResult(count))
    try copyRange(from: o[1], start: 0, count: count, to: o[0])
  }

  func listSlice(_ o: SIMD8<UInt16>) throws(Halt) {
    let (start, count) = try range(int(o[2]), int(o[3]), within: listCount(list(o[1])))
    try charge(GasSchedule.listResult(count))
    try copyRange(from: o[1], start: start, count: count, to: o[0])
  }

  private func copyRange(
    from source: UInt16, start: Int, count: Int, to target: UInt16
  ) throws(Halt) {
    try meter(MemorySchedule.list(count))
    let form = ListElements(list(source)).form
    let header = allocate(words: 4 + 1 + form.wordCount(count))
    let part = ListElements(list(source)).part(from: start, count: count)
    header[0] = ListBlock.header(form)
    header[1] = UInt(count)
    header[2] = UInt(count)
    header[3] = count > 0 ? UInt(bitPattern: header + 4) : 0
    header[4] = form.elementsHeader(capacity: count)
    if let base = part.baseAddress {
      UnsafeMutableRawPointer(header + 5).copyMemory(from: base, byteCount: part.count)
    }
    setList(target, UInt(bitPattern: header))
  }

  func listGet(_ o: SIMD8<UInt16>) throws(Halt) {
    let items = ListElements(list(o[1]))
    let index = int(o[2])
    guard index.isIndex(below: items.count) else { throw Halt(.indexOutOfRange) }
    setInt(o[0], items[index.small])
  }

  func listSet(_ o: SIMD8<UInt16>) throws(Halt) {
    let items = ListElements(list(o[0]))
    let index = int(o[1])
    guard index.isIndex(below: items.count) else { throw Halt(.indexOutOfRange) }
    let form = ElementForm(holding: int(o[2]))
    if !items.form.holds(form) { makeRoom(o[0], capacity: items.count, form: form) }
    ListElements(list(o[0]))[index.small] = int(o[2])
  }

  func listPush(_ o: SIMD8<UInt16>) throws(Halt) {
    try materialize(o[0])
    let count = listCount(list(o[0]))
    if count >= Limits.listCount { throw Halt(.listTooLong) }
    try meter(MemorySchedule.list(1) - MemorySchedule.list(0))
    guard var list = UnsafeMutablePointer<ListBlock>(bitPattern: list(o[0])) else { return }
    let needed = ElementForm(holding: int(o[1]))
    let holds = list.pointee.form.holds(needed)
    if !holds || count == list.pointee.capacity {
      let capacity =
        count == list.pointee.capacity
        ? min(max(8, count * 2), Limits.listCount) : list.pointee.capacity
      makeRoom(o[0], capacity: capacity, form: holds ? list.pointee.form : needed)
      guard let moved = UnsafeMutablePointer<ListBlock>(bitPattern: self.list(o[0])) else { return }
      list = moved
    }
    list.pointee.count = count + 1
    ListElements(UInt(bitPattern: list))[count] = int(o[1])
  }

  // MARK: - Order

  /// Orders integers without charging for it.
  private func isBelow(_ x: Word, _ y: Word) -> Bool {
    if x.isNarrow, y.isNarrow { return x.doubled < y.doubled }
    return LimbArithmetic.compare(view(x, 0), view(y, 1)) < 0
  }

  private func chargeSort(_ items: ListElements) throws(Halt) {
    var wide = 0
    if items.form == .word {
      for item in items.words where !item.isNarrow { wide += item.words }
    }
    try charge(GasSchedule.listSort(items.count, wideWords: wide))
  }

  func listSort(_ o: SIMD8<UInt16>) throws(Halt) {
    let items = ListElements(list(o[0]))
    try chargeSort(items)
    switch items.form {
    case .byte:
      var bytes = items.bytes
      bytes.sort()
    case .small:
      var smalls = items.smalls
      smalls.sort()
    case .word:
      var words = items.words
      words.sort { isBelow($0, $1) }
    }
  }

  func listSortBy(_ o: SIMD8<UInt16>) throws(Halt) {
    let items = ListElements(list(o[0]))
    let keys = ListElements(list(o[1]))
    if items.count != keys.count { throw Halt(.indexOutOfRange) }
    try chargeSort(keys)
    let order = (0..<keys.count).sorted { left, right in
      if isBelow(keys[left], keys[right]) { return true }
      return !isBelow(keys[right], keys[left]) && left < right
    }
    let sorted = order.map { items[$0] }
    for (index, word) in sorted.enumerated() { items[index] = word }
  }

  // MARK: - Sums

  func listSum(_ o: SIMD8<UInt16>) throws(Halt) {
    let items = ListElements(list(o[1]))
    var sum = NarrowSum()
    var wide = 0
    switch items.form {
    case .byte: for byte in items.bytes { sum.add(Int128(byte)) }
    case .small: for doubled in items.smalls { sum.add(Int128(doubled &>> 1)) }
    case .word:
      for item in items.words {
        if item.isNarrow { sum.add(item.narrow) } else { wide += 10 + item.words }
      }
    }
    try charge(items.count + wide)
    if wide == 0, let value = sum.value { return setInt(o[0], try makeWord(value)) }
    try accumulate(sum, to: o[0]) { total in
      for index in 0..<items.count where !items[index].isNarrow {
        let item = items[index]
        var operand = borrowed(view(item, 0))
        __gmpz_add(total, total, &operand)
      }
    }
  }

  func listDot(_ o: SIMD8<UInt16>) throws(Halt) {
    let left = ListElements(list(o[1]))
    let right = ListElements(list(o[2]))
    if left.count != right.count { throw Halt(.indexOutOfRange) }
    var work = 3 * left.count
    var isSmall = true
    if left.form == .word || right.form == .word {
      for index in 0..<left.count where !(left[index].isSmall && right[index].isSmall) {
        work += GasSchedule.product(left[index].words, right[index].words)
        isSmall = false
      }
    }
    try charge(work)
    var sum = NarrowSum()
    for index in 0..<left.count where left[index].isSmall && right[index].isSmall {
      let product = left[index].small.multipliedFullWidth(by: right[index].small)
      sum.add(Int128(product.high) << 64 | Int128(product.low))
    }
    if isSmall, let value = sum.value { return setInt(o[0], try makeWord(value)) }
    try accumulate(sum, to: o[0]) { total in
      for index in 0..<left.count where !(left[index].isSmall && right[index].isSmall) {
        var x = borrowed(view(left[index], 0))
        var y = borrowed(view(right[index], 1))
        __gmpz_addmul(total, &x, &y)
      }
    }
  }

  /// An integer of GMP that reads the limbs of a view.
  private func borrowed(_ view: LimbView) -> __mpz_struct {
    __mpz_struct(
      _mp_alloc: 0, _mp_size: Int32(truncatingIfNeeded: view.size),
      _mp_d: UnsafeMutablePointer<UInt>(mutating: view.limbs))
  }

  /// Adds up in an integer of GMP, of at most 32,768 bits and a few for the count, and stores it.
  ///
  /// What is narrow has been added up before: a wide element among many does not make all of them dear.
  private func accumulate(
    _ narrow: NarrowSum, to target: UInt16, _ body: (UnsafeMutablePointer<__mpz_struct>) -> Void
  ) throws(Halt) {
    var total = __mpz_struct()
    __gmpz_init(&total)
    defer { __gmpz_clear(&total) }
    let startSize = narrow.store(to: pointee.scratch)
    var start = borrowed(LimbView(limbs: UnsafePointer(pointee.scratch), size: startSize))
    __gmpz_set(&total, &start)
    withUnsafeMutablePointer(to: &total) { body($0) }
    let size = Int(total._mp_size)
    if abs(size) > Limits.integerBits / 64 { throw Halt(.integerTooLarge) }
    if size != 0, let limbs = total._mp_d { pointee.result.update(from: limbs, count: abs(size)) }
    setInt(target, try makeWord(pointee.result, size: size))
  }

  // MARK: - Bytes

  func listToBytes(_ o: SIMD8<UInt16>) throws(Halt) {
    let count = listCount(list(o[1]))
    let width = Int(o[2])
    if count * width > Limits.bytesLength { throw Halt(.bytesTooLong) }
    try charge(GasSchedule.listBytes(count, width: width))
    if count == 0 { return setString(o[0], 0) }
    let (block, bytes) = try makeString(count: count * width)
    let items = ListElements(list(o[1]))
    if items.form == .word || width > 8 {
      for index in 0..<count { try store(items[index], to: bytes + index * width, width: width) }
    } else {
      for index in 0..<count {
        let value = items[index].small
        if value < 0 || (value &>> (8 * width - 1)) &>> 1 != 0 { throw Halt(.doesNotFit) }
        for place in 0..<width {
          bytes.storeBytes(
            of: UInt8(truncatingIfNeeded: value &>> (8 * (width - 1 - place))),
            toByteOffset: index * width + place, as: UInt8.self)
        }
      }
    }
    setString(o[0], block)
  }

  func bytesToList(_ o: SIMD8<UInt16>) throws(Halt) {
    let width = Int(o[2])
    let length = Cell.byteCount(string(o[1]))
    if length % width != 0 { throw Halt(.indexOutOfRange) }
    let count = length / width
    try charge(GasSchedule.listBytes(count, width: width))
    let form: ElementForm = width == 1 ? .byte : width < 8 ? .small : .word
    try makeList(count: count, form: form, in: o[0])
    if form == .word {
      for index in 0..<count {
        let all = Cell.bytes(string(o[1]))
        let part = all[index * width..<index * width + width].drop { $0 == 0 }
        let word = try makeWord(unsigned: UnsafeRawBufferPointer(rebasing: part))
        ListElements(list(o[0]))[index] = word
      }
    } else {
      let all = Cell.bytes(string(o[1]))
      let items = ListElements(list(o[0]))
      for index in 0..<count {
        var value = 0
        for place in 0..<width { value = value &<< 8 | Int(all[index &* width &+ place]) }
        items[index] = Word(value)
      }
    }
  }

  func split(_ o: SIMD8<UInt16>) throws(Halt) {
    let total = int(o[1])
    let elements = ListElements(list(o[2]))
    let weights = (0..<elements.count).map { elements[$0] }
    let sumWords = weights.reduce(1) { max($0, $1.words) } + 1
    var work = 0
    for weight in weights {
      work += 100 + GasSchedule.productQuotient(total.words, weight.words, sumWords)
    }
    try charge(work + GasSchedule.listSort(weights.count, wideWords: 0))
    let parts: [Integer]
    do {
      parts = try Integer.split(
        Integer(view(total, 0)), weights: weights.map { Integer(view($0, 0)) })
    } catch { throw Halt(arithmetic: error) }
    // The weights stay as they are when both registers are one: a new list takes their place.
    try makeList(count: parts.count, form: .word, in: o[0])
    for (index, part) in parts.enumerated() {
      let word = try makeWord(part)
      ListElements(list(o[0]))[index] = word
    }
  }
}

/// A sum of integers of 128 bits, as many as a list has: it cannot overflow.
private struct NarrowSum {
  /// The sum in two's complement, of 192 bits.
  private var low: UInt128 = 0
  private var high = 0

  @inline(__always)
  mutating func add(_ value: Int128) {
    let (sum, carry) = low.addingReportingOverflow(UInt128(truncatingIfNeeded: value))
    low = sum
    high &+= (value < 0 ? -1 : 0) &+ (carry ? 1 : 0)
  }

  /// The sum, if it has at most 128 bits.
  var value: Int128? {
    let value = Int128(truncatingIfNeeded: low)
    return high == (value < 0 ? -1 : 0) ? value : nil
  }

  /// Writes the limbs of the magnitude and gives the signed size.
  func store(to limbs: UnsafeMutablePointer<UInt>) -> Int {
    let isNegative = high < 0
    let (magnitude, borrow) =
      isNegative ? UInt128(0).subtractingReportingOverflow(low) : (low, false)
    let top = isNegative ? 0 &- high &- (borrow ? 1 : 0) : high
    limbs[0] = UInt(truncatingIfNeeded: magnitude)
    limbs[1] = UInt(truncatingIfNeeded: magnitude >> 64)
    limbs[2] = UInt(bitPattern: top)
    let count = limbs[2] != 0 ? 3 : limbs[1] != 0 ? 2 : limbs[0] != 0 ? 1 : 0
    return isNegative ? 0 &- count : count
  }
}
