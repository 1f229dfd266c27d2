import Bytecode
import Chain
import Execution
import Hosting
import Verification

/// What is read from a database in more than one place.
enum LedgerReading {
  /// The beacons of the 256 heights below one.
  static func beacons(before height: Int, _ reader: StoreReader) throws -> [Int: Identifier] {
    let headers = try reader.headers(atOrBelow: height - 1, limit: Limits.beaconWindow + 1)
    var beacons: [Int: Identifier] = [:]
    var above = height
    for header in headers {
      guard header.height < above else {
        throw LedgerError.damaged("block \(header.height) stands out of order")
      }
      // Heights without a header have a beacon of the header before them.
      for skipped in max(header.height + 1, height - Limits.beaconWindow)..<above
      where skipped > header.height {
        beacons[skipped] = BlockHeader.derivedBeacon(after: header.hash, height: skipped)
      }
      guard header.height >= height - Limits.beaconWindow else { break }
      beacons[header.height] = header.beacon
      above = header.height
    }
    return beacons
  }

  /// The declared name of an event.
  static func name(of event: Event, in world: World) -> String {
    guard let events = world.verifiedModule(event.codeHash)?.module.events,
      events.indices.contains(event.index)
    else { return "" }
    return events[event.index].name
  }
}
