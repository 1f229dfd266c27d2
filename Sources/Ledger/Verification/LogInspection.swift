import Foundation

/// Looks at the log beside a file: SQLite takes no more of it than is whole, and says nothing of the rest.
struct LogInspection {
  private static let headerSize = 32
  private static let frameHeaderSize = 24
  /// How often a log that is not right is read: another process may be writing it just now.
  private static let attempts = 5

  private let file: RawFile
  private let findings: FindingList

  init(_ file: RawFile, _ findings: FindingList) {
    self.file = file
    self.findings = findings
  }

  /// What a log holds.
  private struct Contents {
    /// The pages that stand in it.
    var pages: Set<Int> = []
    /// The number of a frame that is not as it was written while a commit follows it.
    var brokenFrame: Int?
  }

  /// Gives the pages that stand in the log.
  func run() throws -> Set<Int> {
    var contents = try read()
    for _ in 1..<Self.attempts where contents.brokenFrame != nil {
      Thread.sleep(forTimeInterval: 0.005)
      contents = try read()
    }
    if let frame = contents.brokenFrame {
      findings.add(
        .init(),
        "frame \(frame) of the log beside the file is not as it was written, and what was committed "
          + "after it is lost")
    }
    return contents.pages
  }

  private func read() throws -> Contents {
    var contents = Contents()
    let size = try file.size()
    guard size >= Self.headerSize else { return contents }
    let header = try file.read(Self.headerSize, at: 0)
    var checksum = LogChecksum(isBigEndian: header[3] & 1 == 1)
    checksum.add(header[..<24])
    // A header that is not right belongs to a log of which nothing counts any more.
    guard checksum.equals(header[24..<32]) else { return contents }
    let frameSize = Self.frameHeaderSize + PageChecksum.pageSize
    var broken: Int?
    for index in 0..<(size - Self.headerSize) / frameSize {
      let frame = try file.read(frameSize, at: Self.headerSize + index * frameSize)
      // Frames of an earlier round have other salts.
      guard frame[8..<16] == header[16..<24] else { break }
      let isCommit = frame[4..<8].contains { $0 != 0 }
      if broken == nil {
        checksum.add(frame[..<8])
        checksum.add(frame[Self.frameHeaderSize...])
        if checksum.equals(frame[16..<24]) {
          contents.pages.insert(frame[..<4].reduce(0) { $0 << 8 | Int($1) })
        } else {
          broken = index + 1
        }
      } else if isCommit {
        contents.brokenFrame = broken
      }
    }
    return contents
  }
}

/// The checksum of SQLite's log: two sums of 32 bits over pairs of numbers.
private struct LogChecksum {
  private let isBigEndian: Bool
  private var first: UInt32 = 0
  private var second: UInt32 = 0

  init(isBigEndian: Bool) { self.isBigEndian = isBigEndian }

  /// Adds bytes, eight at a time.
  mutating func add(_ bytes: ArraySlice<UInt8>) {
    bytes.withUnsafeBytes { bytes in
      for offset in stride(from: 0, to: bytes.count - 7, by: 8) {
        first = first &+ number(bytes, offset) &+ second
        second = second &+ number(bytes, offset + 4) &+ first
      }
    }
  }

  private func number(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> UInt32 {
    let number = bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
    return isBigEndian ? UInt32(bigEndian: number) : UInt32(littleEndian: number)
  }

  /// Whether eight bytes, the highest first, are the two sums.
  func equals(_ bytes: ArraySlice<UInt8>) -> Bool {
    bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) } == UInt64(first) << 32 | UInt64(second)
  }
}
