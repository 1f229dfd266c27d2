import Bytecode
import Chain
import Crypto
import EngineTesting
import Execution
import Integers
import LedgerTesting
import Testing
import Verification

/// The hash of a list is that of RFC 6962, and what is proved of it contracts can check.
@Suite struct MerkleListTests {
  /// The definition of RFC 6962, section 2.1: a list is cut at the largest power of two below its length.
  private func definition(_ items: ArraySlice<[UInt8]>) -> [UInt8] {
    func sha256(_ bytes: [UInt8]) -> [UInt8] { Array(SHA256.hash(data: bytes)) }
    switch items.count {
    case 0: return sha256([])
    case 1: return sha256([0] + items[items.startIndex])
    default:
      var cut = 1
      while cut * 2 < items.count { cut *= 2 }
      return sha256([1] + definition(items.prefix(cut)) + definition(items.dropFirst(cut)))
    }
  }

  private func items(_ count: Int) -> [[UInt8]] {
    var random = SplitMix64(seed: UInt64(count))
    return (0..<count).map { _ in random.bytes(random.below(80)) }
  }

  @Test func rootsAreThoseOfTheDefinition() {
    for count in Array(0...40) + [63, 64, 65, 127, 128, 129, 1_000] {
      let items = items(count)
      #expect(MerkleList.root(of: items).bytes == definition(items[...]))
    }
  }

  /// The example of the RFC's test vectors: the root of seven leaves.
  @Test func publishedRoots() {
    let items = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657"].compactMap {
      Hexadecimal.decode($0)
    }
    let roots = [
      "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
      "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
      "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
      "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
      "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
      "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
      "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    ]
    for (index, root) in roots.enumerated() {
      #expect("\(MerkleList.root(of: items.prefix(index + 1)))" == root)
    }
  }

  @Test func pathsLeadToTheRoot() {
    for count in Array(1...33) + [100, 257] {
      let items = items(count)
      let root = MerkleList.root(of: items)
      for index in count < 40 ? Array(0..<count) : [0, 1, count / 2, count - 2, count - 1] {
        guard let path = MerkleList.path(to: index, in: items) else {
          Issue.record("there is no path to \(index) of \(count)")
          continue
        }
        #expect(path.root(from: items[index]) == root)
        #expect(path.root(from: items[index] + [0]) != root)
      }
      #expect(MerkleList.path(to: count, in: items) == nil)
      #expect(MerkleList.path(to: -1, in: items) == nil)
    }
    #expect(MerkleList.path(to: 0, in: []) == nil)
  }

  @Test func contractsCheckTheSamePaths() throws {
    let module = try LedgerScene.module(
      """
      contract Checker
      view check (root bytes, leaf bytes, path bytes, index int) -> (ok bool)
          return verify_merkle(root, leaf, path, index)
      end
      """)
    let world = World()
    let code = world.deploy(code: module)
    let contract = try #require(world.create(code, by: .zero).results?.first?.identifier)
    func accepts(_ root: Identifier, _ leaf: [UInt8], _ path: MerkleList.Path) -> Bool {
      let receipt = world.call(
        contract, "check",
        [
          Value(root), .bytes(leaf), .bytes(path.siblings.flatMap(\.bytes)),
          .int(Integer(path.index)),
        ], by: .zero)
      return receipt.results == [.int(1)]
    }
    for count in [1, 2, 3, 5, 8, 13, 21] {
      let items = items(count)
      let root = MerkleList.root(of: items)
      for index in 0..<count {
        let path = try #require(MerkleList.path(to: index, in: items))
        #expect(accepts(root, items[index], path))
        #expect(!accepts(root, items[index] + [1], path))
        #expect(!accepts(.zero, items[index], path))
        let turned = MerkleList.Path(siblings: path.siblings, index: path.index ^ 1)
        #expect(accepts(root, items[index], turned) == (turned.root(from: items[index]) == root))
      }
    }
  }
}
