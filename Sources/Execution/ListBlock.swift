/// How the elements of a list lie in memory: by the binary logarithm of their size in bytes.
///
/// A list begins with the narrowest form and takes a wider one when something is stored that needs it,
/// at most twice. What the specification counts as its memory is the same in every form.
enum ElementForm: UInt {
  /// Integers from 0 up to 255, a byte each.
  case byte = 0
  /// Small integers: the low halves of their words.
  case small = 3
  /// Words.
  case word = 4

  /// The narrowest form that holds a word.
  @inline(__always)
  init(holding word: Word) {
    self = word.isByte ? .byte : word.isSmall ? .small : .word
  }

  @inline(__always)
  var shift: Int { Int(bitPattern: rawValue) }

  /// Whether elements of the other form can lie in this one.
  @inline(__always)
  func holds(_ other: ElementForm) -> Bool { rawValue >= other.rawValue }

  /// Header of a block of elements.
  @inline(__always)
  func elementsHeader(capacity: Int) -> UInt {
    self == .word
      ? UInt(bitPattern: capacity) &<< 4 | Cell.elementsTag
      : Cell.bytesHeader(count: capacity &<< shift)
  }

  /// Words of memory that so many elements take, without the header of their block.
  @inline(__always)
  func wordCount(_ capacity: Int) -> Int { (capacity &<< shift &+ 7) &>> 3 }
}

/// A list in the arena: its elements are a block of their own, so that it grows in place.
struct ListBlock {
  /// The tag, and the form of the elements above four bits.
  var header: UInt
  var count: Int
  var capacity: Int
  /// Address of the block of elements, or 0 while there are none.
  var elements: UInt

  @inline(__always)
  static var byteHeader: UInt { header(.byte) }
  @inline(__always)
  static var smallHeader: UInt { header(.small) }

  @inline(__always)
  static func header(_ form: ElementForm) -> UInt { form.rawValue &<< 4 | Cell.listTag }

  @inline(__always)
  var form: ElementForm {
    header == Self.byteHeader ? .byte : header == Self.smallHeader ? .small : .word
  }

  /// The first element, behind the header word of its block.
  @inline(__always)
  var base: UnsafeMutableRawPointer {
    UnsafeMutableRawPointer(bitPattern: elements &+ 8).unsafelyUnwrapped
  }
}

/// The elements of a list, until the next allocation.
struct ListElements {
  let base: UnsafeMutableRawPointer
  let count: Int
  let form: ElementForm

  /// The elements of a list in the arena, none for no list.
  @inline(__always)
  init(_ block: UInt) {
    if let list = UnsafePointer<ListBlock>(bitPattern: block) {
      base = list.pointee.base
      count = list.pointee.count
      form = list.pointee.form
    } else {
      base = UnsafeMutableRawPointer(bitPattern: 8).unsafelyUnwrapped
      count = 0
      form = .byte
    }
  }

  @inline(__always)
  var bytes: UnsafeMutableBufferPointer<UInt8> {
    UnsafeMutableBufferPointer(start: base.assumingMemoryBound(to: UInt8.self), count: count)
  }

  /// The low halves of small elements, which are twice the integers.
  @inline(__always)
  var smalls: UnsafeMutableBufferPointer<Int> {
    UnsafeMutableBufferPointer(start: base.assumingMemoryBound(to: Int.self), count: count)
  }

  @inline(__always)
  var words: UnsafeMutableBufferPointer<Word> {
    UnsafeMutableBufferPointer(start: base.assumingMemoryBound(to: Word.self), count: count)
  }

  /// An element; what is stored must be of the form.
  @inline(__always)
  subscript(_ index: Int) -> Word {
    get {
      switch form {
      case .byte: Word(Int(base.load(fromByteOffset: index, as: UInt8.self)))
      case .small: Word(doubled: base.load(fromByteOffset: index &<< 3, as: Int.self))
      case .word: base.load(fromByteOffset: index &<< 4, as: Word.self)
      }
    }
    nonmutating set {
      switch form {
      case .byte:
        base.storeBytes(
          of: UInt8(truncatingIfNeeded: newValue.low &>> 1), toByteOffset: index, as: UInt8.self)
      case .small: base.storeBytes(of: newValue.low, toByteOffset: index &<< 3, as: UInt.self)
      case .word: base.storeBytes(of: newValue, toByteOffset: index &<< 4, as: Word.self)
      }
    }
  }

  /// The bytes of some of the elements.
  func part(from start: Int, count: Int) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: base + start << form.shift, count: count << form.shift)
  }
}
