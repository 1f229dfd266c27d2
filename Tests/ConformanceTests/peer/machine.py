"""Gas, memory, registers, frames and runs: the first half of the page Execution.md."""
import contextlib

import gas
from failure import Failure, trap
from pages import LIMITS
from values import Reader, integer

RULES = {}
BANKS = "int", "bytes", "list"


def rule(*names):
    """Marks a function as the rule of instructions. It is given the machine, then the operands in order: the value of
    an int or bytes register that is read, otherwise the number that stands in the code."""
    def register(function):
        RULES.update(dict.fromkeys(names, function))
        return function
    return register


class Running:
    """A contract on the call stack."""

    def __init__(self, address, module, caller):
        self.address, self.module, self.caller = address, module, caller


class Frame:
    def __init__(self, module, index, places, ends):
        self.module, self.index, self.function = module, index, module.functions[index]
        self.code, self.places, self.ends = self.function.code, places, ends
        self.int_place, self.bytes_place, self.list_place = places
        self.next = self.at = 0  # the instruction that comes next, and the one that runs
        self.tries = False  # whether the one that runs is under `try_next`


class Machine:
    """One transaction."""

    def __init__(self, world, block, limit):
        self.world, self.state, self.block, self.gas = world, world.state, block, limit
        self.ints, self.strings, self.lists = self.banks = [], [], []
        self.frames, self.stack, self.depth = [], [], 0
        self.warm, self.events, self.metered = {}, [], 0

    # Gas and memory

    def charge(self, amount):
        if amount > self.gas:
            self.gas = 0  # of the innermost limit
            raise trap("OutOfGas")
        self.gas -= amount

    def meter(self, amount):
        if amount == 0:
            return
        self.metered += amount
        if self.metered > LIMITS.memoryBetweenCounts:
            self.metered = self.live_memory() + amount
            if self.metered > LIMITS.liveMemory:
                raise trap("MemoryExceeded")

    def live_memory(self):
        ends = self.frames[-1].ends if self.frames else (0, 0, 0)
        plain = sum(gas.memory(value) for bank, end in zip(self.banks[:2], ends) for value in bank[:end])
        lists = {id(value): value for value in self.lists[: ends[2]] if value is not None}
        return plain + sum(map(gas.list_memory, lists.values()))

    # Registers

    @property
    def frame(self):
        return self.frames[-1]

    @property
    def running(self):
        """The running contract."""
        return self.stack[-1]

    def set_int(self, register, value):
        self.ints[self.frame.int_place + register] = value

    def set_bytes(self, register, value):
        self.strings[self.frame.bytes_place + register] = value

    def set_list(self, register, value):
        self.lists[self.frame.list_place + register] = value

    def get_int(self, register):
        return self.ints[self.frame.int_place + register]

    def get_bytes(self, register):
        return self.strings[self.frame.bytes_place + register]

    def get_list(self, register):
        """The list that a register refers to, or `None`."""
        return self.lists[self.frame.list_place + register]

    def elements(self, register):
        """The elements of a list that is only read."""
        return self.get_list(register) or []

    def give(self, register, value):
        """Writes a value that the instruction made."""
        self.meter(gas.memory(value))
        if isinstance(value, bytes):
            self.set_bytes(register, value)
        else:
            self.set_int(register, value)

    def window(self, kinds, ints, strings):
        """The register of each value of these kinds, from the first registers of the windows on."""
        places = {"int": ints, "bytes": strings}
        for kind in kinds:
            yield kind, places[kind.bank]
            places[kind.bank] += 1

    def window_values(self, kinds, ints, strings):
        return [self.get_int(register) if kind.bank == "int" else self.get_bytes(register)
                for kind, register in self.window(kinds, ints, strings)]

    def give_window(self, kinds, ints, strings, values):
        for (_, register), value in zip(self.window(kinds, ints, strings), values):
            self.give(register, value)

    def take(self, kinds, ints, strings, price, payments=0):
        """Take the values of kinds from windows at a price; so many payments go with them."""
        values = self.window_values(kinds, ints, strings)
        self.pay_for_values(kinds, values, price, payments)
        return values

    def pay_for_values(self, kinds, values, price, payments=0):
        checks = sum(gas.kind_check(kind.name, gas.size(value)) for kind, value in zip(kinds, values))
        self.charge(price(len(values) + 2 * payments, sum(map(gas.size, values))) + checks)
        self.require_kinds(kinds, values)

    def require_kinds(self, kinds, values):
        for kind, value in zip(kinds, values):
            if not kind.holds(value):
                raise trap("KindMismatch")

    def require_identifiers(self, *values):
        for value in values:
            if len(value) != 32:
                raise trap("KindMismatch")

    # Frames

    def check_frames(self):
        if len(self.frames) >= LIMITS.frames:
            raise trap("StackOverflow")

    def begin_frame(self, module, index, places, parameters):
        """A frame that begins at places, in each bank clear behind so many parameters."""
        self.check_frames()
        counts = module.functions[index].registers
        ends = [place + count for place, count in zip(places, counts)]
        if any(end > limit for end, limit in zip(ends, (LIMITS.integerStack, LIMITS.bytesStack, LIMITS.listStack))):
            raise trap("StackOverflow")
        for bank, place, end, kept, zero in zip(self.banks, places, ends, parameters, (0, b"", None)):
            bank.extend([zero] * (end - len(bank)))
            bank[place + kept : end] = [zero] * (end - place - kept)
        before = self.frames[-1].ends if self.frames else (0, 0, 0)
        self.frames.append(Frame(module, index, tuple(places), tuple(map(max, ends, before))))

    def execute(self, depth):
        """Runs until there are so many frames again."""
        while len(self.frames) > depth:
            self.step()

    def step(self):
        frame = self.frames[-1]
        frame.at = frame.next
        frame.next += 1
        instruction, operands = frame.code[frame.at]
        try:
            self.charge(instruction.base)
            values = [self.ints[frame.int_place + operand] if read == "int"
                      else self.strings[frame.bytes_place + operand] if read == "bytes" else operand
                      for read, operand in zip(instruction.reads, operands)]
            RULES[instruction.name](self, *values)
        except Failure as failure:
            self.locate(failure)
            raise

    def locate(self, failure):
        """A failure that has no place yet is that of the instruction that runs, if one does."""
        frame = self.frames[-1]
        failure.locate(self.running.address, (frame.module.code_hash, frame.index, frame.at))

    def jump(self, target):
        self.frame.next = target

    # Runs

    def run(self, address, module, index, limit, arguments, caller):
        """A run of a function; gives its results."""
        function = module.functions[index]
        if self.depth == LIMITS.callDepth:
            raise trap("CallDepthExceeded")
        self.depth += 1
        self.stack.append(Running(address, module, caller))
        frames = len(self.frames)
        try:
            places = self.frames[-1].ends if self.frames else (0, 0, 0)
            self.begin_frame(module, index, places, (0, 0, 0))
            outside = self.gas - limit
            self.gas = limit
            try:
                with self.belonging_to(address):
                    self.give_window(function.parameters, 0, 0, arguments)
                self.execute(frames)
                with self.belonging_to(address):
                    return self.run_results(function.results, places)
            finally:
                self.gas += outside
        finally:
            del self.frames[frames:]
            self.stack.pop()
            self.depth -= 1

    def run_results(self, kinds, places):
        values = []
        next_place = {"int": places[0], "bytes": places[1]}
        for kind in kinds:
            bank = self.ints if kind.bank == "int" else self.strings
            values.append(bank[next_place[kind.bank]])
            next_place[kind.bank] += 1
        self.pay_for_values(kinds, values, gas.VALUES)
        return values

    @contextlib.contextmanager
    def belonging_to(self, address):
        """What fails in here is the contract's, but no instruction's."""
        try:
            yield
        except Failure as failure:
            failure.locate(address)
            raise

    # State access

    def warm_key(self, key, price=gas.COLD):
        if key not in self.warm:
            self.warm[key] = True
            self.charge(price)

    def look_up(self, address):
        """The module of the contract at an address, or `None`."""
        key = b"\x01" + address
        self.warm_key(key, gas.COLD_CONTRACT)
        return self.module_at(address)

    def module_at(self, address):
        entry = self.state.get(b"\x01" + address)
        return self.world.module(entry[:32]) if entry is not None else None

    def integer_at(self, key):
        return self.integer_in(self.state.get(key))

    def integer_in(self, entry):
        return Reader(entry).integer() if entry is not None else 0

    def set_integer(self, key, value):
        """Sets the integer under a warm key."""
        if gas.bits(value) > LIMITS.integerBits:
            raise trap("IntegerTooLarge")
        data = integer(value)
        self.charge(gas.STORED_WRITE(len(key) + len(data)))
        if value != 0 and self.state.get(key) is None:
            self.charge(gas.NEW_KEY)
        self.state.put(key, data if value != 0 else None)

    def put_bytes(self, key, data):
        """Puts bytes under a warm key."""
        self.charge(gas.STORED_WRITE(len(key) + len(data)))
        if self.state.get(key) is None:
            self.charge(gas.NEW_KEY)
        self.state.put(key, data)

    @property
    def operator(self):
        """The running contract, if one runs."""
        return self.running.address if self.stack else None


# Calls inside of a contract

@rule("call")
def call(m, function, ints, strings, lists):
    callee = m.frame.module.functions[function]
    if m.frame.tries:
        m.check_frames()
    m.charge(gas.FRAME(sum(callee.registers)))
    places = [place + window for place, window in zip(m.frame.places, (ints, strings, lists))]
    m.begin_frame(m.frame.module, function, places, [callee.parameters_of[bank] for bank in BANKS])


@rule("ret")
def ret(m, ints, strings, lists):
    frame = m.frame
    moves = [(bank, place, operand, frame.function.results_of[name]) for bank, place, operand, name
             in zip(m.banks, frame.places, (ints, strings, lists), BANKS) if operand]
    m.charge(gas.RESULT * sum(results for *_, results in moves))
    for bank, place, operand, results in moves:
        for k in range(results):
            bank[place + k] = bank[place + operand + k]
    m.frames.pop()


@rule("fail")
def fail(m, error, ints, strings):
    declared = m.frame.module.errors[error]
    arguments = m.take(declared.kinds, ints, strings, gas.OUTPUT)
    raise Failure(declared.number, error=error, kinds=declared.kinds, arguments=arguments)
