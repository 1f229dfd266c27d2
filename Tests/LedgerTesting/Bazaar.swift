import Assembly
public import Bytecode
public import Verification

/// The contract that tests of the ledger call: it writes, removes and writes anew, holds money, issues an
/// asset, looks at beacons, and fails in every way.
public enum Bazaar {
  /// Its source.
  public static let source = """
    contract Bazaar

    const LIMIT = 1_000

    record Stall
        owner  address
        stock  int
        note   bytes

    class Ticket "Ticket" decimals 0

    state
        counts  map who address -> int
        stalls  map number int -> Stall
        held    map who address, token asset -> int
        total   int

    event Counted (who address, amount int)
    event Paid    (who address, token asset, amount int)

    error TooMuch (limit int)

    export count (amount int)
        require amount <= LIMIT else TooMuch(LIMIT)
        @total += amount - @counts[caller]
        @counts[caller] = amount
        emit Counted(caller, amount)
    end

    export place (number int, stock int, note bytes)
        if exists(@stalls[number])
            @stalls[number].stock = stock
            @stalls[number].note = note
        else
            @stalls[number] = Stall(owner: caller, stock: stock, note: note)
        end
    end

    export clear (number int)
        delete @stalls[number]
    end

    export deposit () payable (money)
        @held[caller, money.asset] += money.amount
        mint Ticket, 1 to caller
        emit Paid(caller, money.asset, money.amount)
    end

    export withdraw (token asset, amount int)
        @held[caller, token] -= amount
        require @held[caller, token] >= 0 else TooMuch(amount)
        send token, amount to caller
    end

    export work (rounds int) -> (last bytes)
        last = bytes(rounds, 32)
        for i in 1..rounds
            last = sha256(last)
        end
        return last
    end

    export past (at int) -> (seen bytes)
        return beacon(at)
    end

    export fall (number int)
        @total = 7
        emit Counted(caller, 7)
        @stalls[number].stock = 1
    end

    view of (who address) -> (amount int)
        return @counts[who]
    end
    """

  /// Its module.
  public static let module: VerifiedModule = {
    let assembled = Assembler().assemble(path: "Bazaar.alq", text: source)
    guard let artifact = assembled.artifact, let module = try? Verifier.verify(artifact.module)
    else {
      preconditionFailure(
        DiagnosticRenderer().render(assembled.diagnostics, in: assembled.sources))
    }
    return module
  }()

  /// The hash of its code.
  public static var codeHash: Identifier { Identifier(module.codeHash) ?? .zero }
}
