import Bytecode

enum ListingFile {
  static func text(of code: ContractCode) -> String { "" }
}
