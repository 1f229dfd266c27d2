public import Bytecode
public import Integers

/// Writes the events of a transaction while it runs, in memory that is kept from one to the next.
///
/// An event is begun, gets its fields, and is there when it is ended.
public struct EventLogWriter: ~Copyable {
  @usableFromInline
  struct Contents: ~Copyable {
    @usableFromInline var words = UnsafeMutablePointer<UInt>.allocate(capacity: 256)
    @usableFromInline var capacity = 256
    /// Words that have been written, and those of them that are events that were ended.
    @usableFromInline var count = 0
    @usableFromInline var ended = 0
    @usableFromInline var events = 0
    /// Where the last event starts.
    @usableFromInline var last = 0
    /// Where the contract of the last event stands, or -1.
    @usableFromInline var source = -1
    /// Who emitted it, as whoever writes knows them; 0 if that is not known any more.
    @usableFromInline var emitter: UInt64 = 0
    @usableFromInline var begun: UInt64 = 0

    deinit { words.deallocate() }
  }

  /// A place to which the log can return.
  public struct Mark: Sendable {
    fileprivate let events: Int
    fileprivate let last: Int
    fileprivate let words: Int
    fileprivate let source: Int
  }

  @usableFromInline let contents: UnsafeMutablePointer<Contents>

  /// Makes an empty log.
  public init() {
    contents = .allocate(capacity: 1)
    contents.initialize(to: Contents())
  }

  deinit {
    contents.deinitialize(count: 1)
    contents.deallocate()
  }

  /// How many events there are.
  public var count: Int { contents.pointee.events }

  /// The latest event.
  public var last: Event? {
    count == 0 ? nil : EventLog.event(contents.pointee.words, at: contents.pointee.last)
  }

  /// The present place.
  public var mark: Mark {
    Mark(
      events: count, last: contents.pointee.last, words: contents.pointee.ended,
      source: contents.pointee.source)
  }

  /// Forgets the events since a mark.
  public func truncate(to mark: Mark) {
    contents.pointee.events = mark.events
    contents.pointee.last = mark.last
    contents.pointee.ended = mark.words
    contents.pointee.count = mark.words
    contents.pointee.source = mark.source
    contents.pointee.emitter = 0
  }

  /// Forgets all events.
  public func removeAll() {
    contents.pointee.events = 0
    contents.pointee.ended = 0
    contents.pointee.count = 0
    contents.pointee.source = -1
    contents.pointee.emitter = 0
  }

  /// The events so far.
  public var log: EventLog {
    let count = count
    if count == 0 { return EventLog(words: []) }
    // The starts and the count go behind the events, where the next one would overwrite them.
    contents.pointee.count = contents.pointee.ended
    let end = extend(count + 1)
    contents.pointee.count = contents.pointee.ended
    var start = 0
    for event in 0..<count {
      end[event] = UInt(start)
      start += EventHeader(word: contents.pointee.words[start]).wordCount
    }
    end[count] = UInt(count)
    return EventLog(
      words: Array(
        UnsafeBufferPointer(
          start: contents.pointee.words, count: contents.pointee.ended + count + 1)))
  }

  /// Room for so many words at the end, which count as written.
  @inlinable @inline(__always)
  func extend(_ count: Int) -> UnsafeMutablePointer<UInt> {
    if _slowPath(contents.pointee.count &+ count > contents.pointee.capacity) { grow(count) }
    let end = contents.pointee.words + contents.pointee.count
    contents.pointee.count &+= count
    return end
  }

  @usableFromInline @inline(never)
  func grow(_ count: Int) {
    let capacity = (contents.pointee.count + count) * 2
    let larger = UnsafeMutablePointer<UInt>.allocate(capacity: capacity)
    larger.initialize(from: contents.pointee.words, count: contents.pointee.count)
    contents.pointee.words.deallocate()
    contents.pointee.words = larger
    contents.pointee.capacity = capacity
  }

  /// Begins an event with so many fields.
  ///
  /// A number above 0 for the emitter, the same only for the same contract and code, spares comparing these
  /// with those of the event before.
  @inlinable
  public func begin(
    contract: Identifier, codeHash: Identifier, index: Int, fieldCount: Int, emitter: UInt64 = 0
  ) {
    contents.pointee.count = contents.pointee.ended
    let header = extend(2)
    header[0] = EventHeader(index: index, fieldCount: fieldCount).word
    if emitter != 0, emitter == contents.pointee.emitter {
      header[1] = UInt(bitPattern: contents.pointee.source)
    } else {
      let start = contents.pointee.ended
      let source = source(contract, codeHash)
      contents.pointee.words[start + 1] = source
    }
    contents.pointee.begun = emitter
  }

  /// Where the contract and the code of an event stand: with the event before, or now behind the header.
  @usableFromInline
  func source(_ contract: Identifier, _ codeHash: Identifier) -> UInt {
    let last = contents.pointee.source
    if last >= 0 {
      let place = UnsafeRawPointer(contents.pointee.words + last)
      if Identifier(reading: place) == contract, Identifier(reading: place + 32) == codeHash {
        return UInt(last)
      }
    }
    let source = contents.pointee.count
    let place = UnsafeMutableRawPointer(extend(8))
    contract.store(to: place)
    codeHash.store(to: place + 32)
    return UInt(source)
  }

  /// Appends a string as a field.
  @inlinable
  public func append(_ string: UnsafeRawBufferPointer) {
    let header = FieldHeader(byteCount: string.count)
    let place = extend(1 &+ header.wordCount)
    place[0] = header.word
    guard let base = string.baseAddress, string.count > 0 else { return }
    // What lies behind the bytes is zero, so that equal events are equal words.
    place[header.wordCount] = 0
    let target = UnsafeMutableRawPointer(place + 1)
    if string.count == 32 {
      target.storeBytes(of: base.loadUnaligned(as: SIMD4<UInt64>.self), as: SIMD4<UInt64>.self)
    } else {
      target.copyMemory(from: base, byteCount: string.count)
    }
  }

  /// Appends an integer as a field.
  @inlinable
  public func append(_ integer: LimbView) {
    let count = integer.limbCount
    let place = extend(1 &+ count)
    place[0] = FieldHeader(size: integer.size).word
    for index in 0..<count { place[index &+ 1] = integer.limbs[index] }
  }

  /// Ends an event, which now has all its fields.
  @inlinable
  public func end() {
    let start = contents.pointee.ended
    contents.pointee.words[start] |= EventHeader.length(contents.pointee.count &- start)
    contents.pointee.events &+= 1
    contents.pointee.last = start
    contents.pointee.source = Int(bitPattern: contents.pointee.words[start + 1])
    contents.pointee.emitter = contents.pointee.begun
    contents.pointee.ended = contents.pointee.count
  }

  /// Appends an event that was made elsewhere.
  public func append(_ event: Event) {
    begin(
      contract: event.contract, codeHash: event.codeHash, index: event.index,
      fieldCount: event.fields.count)
    for field in event.fields {
      switch field {
      case .int(let integer): integer.withLimbs { append($0) }
      case .bytes(let bytes): bytes.withUnsafeBytes { append($0) }
      }
    }
    end()
  }
}
