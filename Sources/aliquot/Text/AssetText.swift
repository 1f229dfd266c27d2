import Assembly
import Bytecode
import Execution
import Integers

/// Writes who holds what.
struct AssetText {
  /// The world whose names are used.
  let names: NamedWorld
  /// Colours.
  let paint: Paint
  /// Columns of the terminal.
  let width: Int?

  // MARK: - All assets

  /// All assets, at most so many.
  func outcome(_ overview: AssetQuery.Overview, at height: Int, limit: Int) -> Outcome {
    var table = Table(
      ["asset", "supply", "decimals", "holders", "issuer", ""],
      right: ["supply", "decimals", "holders"])
    for group in overview.groups.prefix(limit) {
      let decimals = group.description?.decimals ?? 0
      table.add(
        name(of: group),
        isThings(group)
          ? Words.count(group.count ?? 0, "thing")
          : Numbers.amount(group.supply, decimals: decimals),
        isThings(group) ? "" : String(decimals), Numbers.grouped(String(group.holders)),
        issuer(group.description), check(group.supply, group.sum, decimals, group.description))
    }
    let left = overview.leftOut + max(0, overview.groups.count - limit)
    var outcome = Outcome()
    if table.isEmpty {
      outcome.remarks.append("there are no assets at height \(height)")
    } else {
      outcome.text = table.text(width: width, paint: paint)
    }
    if left > 0 {
      outcome.text += paint.faint("… \(Words.count(left, "more")): --limit \(limit * 10)") + "\n"
    }
    outcome.result = [
      "height": .number(height), "assets": .array(overview.groups.prefix(limit).map(json)),
      "left": .number(left),
    ]
    report(overview.broken, in: &outcome)
    return outcome
  }

  private func isThings(_ group: AssetQuery.Group) -> Bool {
    group.count != nil && group.description?.isSingle == true
  }

  private func name(of group: AssetQuery.Group) -> String {
    guard group.count != nil, let description = group.description else {
      return names.wholeAssetText(group.asset)
    }
    return "\(names.classText(description))[…]"
  }

  private func issuer(_ description: AssetDescription?) -> String {
    guard let description else { return "nobody" }
    return description.issuer.isZero ? "genesis" : names.book.text(description.issuer)
  }

  private func check(
    _ supply: Integer, _ sum: Integer, _ decimals: Int, _ description: AssetDescription?
  ) -> String {
    guard description != nil else { return "NO SUCH ASSET" }
    return supply == sum
      ? "conserved" : "NOT CONSERVED: balances are \(Numbers.amount(sum, decimals: decimals))"
  }

  private func json(_ group: AssetQuery.Group) -> JSON {
    [
      "asset": group.count == nil ? .identifier(group.asset) : .null,
      "name": .string(
        group.count == nil
          ? names.assetText(group.asset) : group.description.map(names.classText) ?? ""),
      "count": group.count.map { .number($0) } ?? .null,
    ] + json(group.description)
      + [
        "supply": .integer(group.supply), "sum": .integer(group.sum),
        "holders": .number(group.holders),
        "isConserved": .bool(group.supply == group.sum && group.description != nil),
      ]
  }

  private func json(_ description: AssetDescription?) -> JSON {
    [
      "issuer": .string(issuer(description)),
      "issuerAddress": description.map { .identifier($0.issuer) } ?? .null,
      "class": description.map { .string($0.className) } ?? .null,
      "decimals": .number(description?.decimals ?? 0),
      "isSingle": .bool(description?.isSingle ?? false),
    ]
  }

  // MARK: - Pages

  /// A page of holdings, with what it is about in front.
  func outcome(_ page: AssetQuery.Page, at height: Int) -> Outcome {
    var outcome = Outcome()
    var table = Table(["holder", "amount", "share"], right: ["amount", "share"])
    var subject: JSON
    switch page.subject {
    case .asset(let totals):
      outcome.text = head(of: totals)
      subject = ["asset": json(totals)]
      for holding in page.holdings {
        table.add(self.holder(holding), amount(holding), share(holding, totals))
      }
    case .balance(let totals, let holder):
      subject = ["asset": json(totals), "holder": .identifier(holder)]
      for holding in page.holdings {
        table.add(self.holder(holding), amount(holding), share(holding, totals))
      }
    case .things(let issuer, let declared):
      let name = "\(names.book.text(issuer)).\(declared.name)"
      subject = ["class": .string(name), "issuerAddress": .identifier(issuer)]
      table = Table(["asset", "holder", "supply"], right: ["supply"])
      for holding in page.holdings {
        table.add(
          names.wholeAssetText(holding.asset), holder(holding),
          Numbers.amount(holding.amount, decimals: names.decimals(of: holding.asset)))
      }
    case .holder(let holder):
      subject = ["holder": .identifier(holder)]
      table = Table(["asset", "amount"], right: ["amount"])
      for holding in page.holdings {
        table.add(names.wholeAssetText(holding.asset), amount(holding))
      }
    }
    if table.isEmpty {
      outcome.remarks.append(nothing(page.subject))
    } else {
      outcome.text += table.text(width: width, paint: paint)
    }
    let next = page.isMore ? page.holdings.last.map { nextText($0, page.subject) } : nil
    outcome.text += NextPage.text(after: next, paint)
    outcome.result =
      ["height": .number(height)] + subject + [
        "holdings": .array(page.holdings.map(json)), "next": next.map { .string($0) } ?? .null,
      ]
    report(page.broken, in: &outcome)
    return outcome
  }

  private func head(of totals: AssetTotals) -> String {
    let decimals = totals.description?.decimals ?? 0
    var table = Table(["", ""])
    table.add("asset", names.assetText(totals.asset))
    table.add("id", "0x\(totals.asset)")
    table.add("issuer", issuer(totals.description))
    table.add("decimals", String(decimals))
    table.add(
      "supply",
      Numbers.amount(totals.supply, decimals: decimals) + "  "
        + check(totals.supply, totals.sum, decimals, totals.description))
    table.add("holders", Numbers.grouped(String(totals.holders)))
    return table.text(width: width) + (totals.holders == 0 ? "" : "\n")
  }

  private func nothing(_ subject: AssetQuery.Page.Subject) -> String {
    switch subject {
    case .asset(let totals), .balance(let totals, _):
      "nobody holds \(names.assetText(totals.asset))"
    case .things(let issuer, let declared):
      "there is no such \(names.book.text(issuer)).\(declared.name)"
    case .holder(let holder): "\(names.book.text(holder)) holds nothing"
    }
  }

  private func nextText(
    _ last: AssetQuery.Holding, _ subject: AssetQuery.Page.Subject
  ) -> String {
    switch subject {
    case .asset, .balance: last.holder.map(names.book.wholeText) ?? ""
    case .things, .holder: names.wholeAssetText(last.asset)
    }
  }

  private func holder(_ holding: AssetQuery.Holding) -> String {
    if let holder = holding.holder { return names.book.wholeText(holder) }
    return holding.holders == 0 ? "nobody" : Words.count(holding.holders, "holder")
  }

  private func amount(_ holding: AssetQuery.Holding) -> String {
    Numbers.amount(holding.amount, decimals: names.decimals(of: holding.asset))
  }

  /// The part of the supply in percent, rounded down to two digits behind the point.
  private func share(_ holding: AssetQuery.Holding, _ totals: AssetTotals) -> String {
    guard
      let parts = try? holding.amount.multiplied(
        by: 10_000, thenDividedBy: totals.supply, rounding: .floor)
    else { return "" }
    return "\(Numbers.amount(parts, decimals: 2)) %"
  }

  private func json(_ totals: AssetTotals) -> JSON {
    ["asset": .identifier(totals.asset), "name": .string(names.assetText(totals.asset))]
      + json(totals.description)
      + [
        "supply": .integer(totals.supply), "sum": .integer(totals.sum),
        "holders": .number(totals.holders), "isConserved": .bool(totals.isConserved),
      ]
  }

  private func json(_ holding: AssetQuery.Holding) -> JSON {
    [
      "asset": .identifier(holding.asset), "assetName": .string(names.assetText(holding.asset)),
      "holder": holding.holder.map { .identifier($0) } ?? .null,
      "holderName": .string(holder(holding)), "amount": .integer(holding.amount),
      "decimals": .number(names.decimals(of: holding.asset)),
    ]
  }

  // MARK: - What is wrong

  private func report(_ broken: [AssetTotals], in outcome: inout Outcome) {
    for totals in broken {
      let sum = names.amountText(totals.sum, of: totals.asset)
      let supply = names.amountText(totals.supply, of: totals.asset)
      outcome.status = .store
      outcome.reports.append(
        .message(
          .error,
          totals.description == nil
            ? "there are balances of an asset that there is not: 0x\(totals.asset)"
            : "an asset is not conserved: the balances come to \(sum), and the supply is \(supply)",
          help: "`aliquot verify` tells what is damaged, and where"))
    }
  }
}
