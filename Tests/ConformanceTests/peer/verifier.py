"""Which modules may run: the page Verification.md, rule by rule."""
import re
from collections import Counter

from module import Module
from pages import LIMITS
from values import ADDRESS, ASSET, INT, Kind

BANKS = "int", "bytes", "list"
PLAIN_NAME = r"[A-Za-z][A-Za-z0-9_]*"
TRIED = "call invoke perform create send mint burn force".split()
WRITES = "store_int store_bytes put_record delete".split()
RECORDS = "emit create_asset admit dismiss".split()
INTERACTS = "perform create send mint burn force".split()


class Refused(Exception):
    """The rule that a module breaks."""


def require(rule, holds):
    if not holds:
        raise Refused(rule)


def verify(data):
    module = Module(data)
    check_names(module)
    check_declarations(module)
    pools = Pools(module)
    for function in module.functions:
        Code(module, function, pools).check()
    pools.check()
    check_effects(module)
    return module


# Names

def check_names(module):
    def plain(rule, found):
        require(rule, all(re.fullmatch(PLAIN_NAME, name) for name in found))

    def dotted(rule, found):
        require(rule, all(re.fullmatch(rf"{PLAIN_NAME}(\.{PLAIN_NAME})*", name) for name in found))

    def different(rule, found):
        require(rule, len(set(found)) == len(found))

    def of(parts):
        return [part.name for part in parts]

    plain("N1", [module.name])
    for rule, parts in (("N2", module.enums), ("N4", module.fields), ("N8", module.classes), ("N9", module.events),
                        ("N9", module.errors), ("N9", module.messages), ("N12", module.exports),
                        ("N14", module.hooks)):
        dotted(rule, of(parts))
        different(rule, of(parts))
    dotted("N11", of(module.imports))
    lists = [("N3", enum.cases) for enum in module.enums]
    lists += [("N5", field.key_names) for field in module.fields]
    lists += [("N6", field.names) for field in module.fields if field.record]
    lists += [("N10", part.names) for part in module.events + module.errors + module.messages]
    lists += [("N13", found) for export in module.exports for found in export.name_lists]
    for rule, found in lists:
        plain(rule, found)
        different(rule, found)
    dotted("N7", [field.record_name for field in module.fields if field.record])
    dotted("N15", [hook.name for declared in module.classes for hook in declared.hooks])


# Declarations

def written(kinds):
    return [kind.written for kind in kinds]


def has_list(kinds):
    return any(kind.bank == "list" for kind in kinds)


def is_title(text):
    return not re.search("[\0-\x1f\x7f]", text)


def check_declarations(module):
    declarations = module.events + module.errors + module.messages
    require("K1", all(enum.cases for enum in module.enums))
    kinds = [field.key + field.kinds for field in module.fields] + [part.kinds for part in declarations]
    kinds += [part.parameters + part.results for part in module.imports + module.exports + module.functions]
    require("K2", all(kind.cases != 0 for group in kinds for kind in group))
    key_kinds = "int bool enum bytes text address asset".split()
    for field in module.fields:
        require("F1", all(kind.name in key_kinds for kind in field.key))
        require("F4" if field.record else "F2", field.kinds and not has_list(field.kinds))
        require("F3", not field.summed or field.kinds[0].name == "int" and field.key)
    records = {}
    for field in module.fields:
        if field.record:
            components = field.names, written(field.kinds)
            require("T1", records.setdefault(field.record_name, components) == components)
    enums = {enum.name for enum in module.enums}
    reserved = set("int bool text bytes address asset call list".split())
    require("T2", not reserved & (enums | records.keys()))
    require("T3", not enums & records.keys())
    for declared in module.classes:
        require("C1", is_title(declared.title))
        require("C2", declared.decimals <= (0 if declared.flags & 1 else LIMITS.decimals))
        require("C3", all(hook.foreign or module.hook(hook.name) for hook in declared.hooks))
        require("C4", all(hook.gas <= LIMITS.gas for hook in declared.hooks))
    require("E1", not any(has_list(part.kinds) for part in declarations))
    require("I1", not any(has_list(part.parameters + part.results) for part in module.imports))
    imports = [(part.name, written(part.parameters), written(part.results), part.view) for part in module.imports]
    require("I2", all(part not in imports[:place] for place, part in enumerate(imports)))
    if module.accepts is not None and module.accepts_fields:
        require("A1", module.accepts and module.accepts == sorted(set(module.accepts))
                and module.accepts[-1] < len(module.fields))
        for index in module.accepts:
            field = module.fields[index]
            require("A2", not field.key and not field.record and not field.summed and field.kinds[0].name == "asset")
    for export in module.exports:
        require("X1", not has_list(export.parameters + export.results))
        parameters = export.parameters + [ASSET, INT] * export.payments
        require_function("X2", module, export.function, parameters, export.results)
        require("X3", not (export.view and export.payments))
        require("X4", export.name != "init" or not export.results and not export.view)
    for hook in module.hooks:
        require_function("H1", module, hook.function, [ASSET, ADDRESS, ADDRESS, INT, ADDRESS], [])
    for invariant in module.invariants:
        require("V1", is_title(invariant.title))
        require_function("V2", module, invariant.function, [], [Kind(1)])


def require_function(rule, module, index, parameters, results):
    require(rule, index < len(module.functions))
    function = module.functions[index]
    require(rule, written(function.parameters) == written(parameters))
    require(rule, written(function.results) == written(results))


# Code

class Pools:
    """The use of integers, strings and imports."""

    def __init__(self, module):
        self.module, self.used = module, Counter()
        self.pools = {"integer constant": module.integers, "bytes constant": module.strings,
                      "imported signature": module.imports}

    def use(self, what, index):
        if what in self.pools:
            require("P1", index <= self.used[what])
            self.used[what] = max(self.used[what], index + 1)

    def check(self):
        require("P2", all(self.used[what] == len(pool) for what, pool in self.pools.items()))
        for pool in (self.module.integers, self.module.strings):
            require("P3", len(set(pool)) == len(pool))


class Code:
    """The code of one function."""

    def __init__(self, module, function, pools):
        self.module, self.function, self.pools, self.code = module, function, pools, function.code
        self.registers = [function.parameters_of[bank] for bank in BANKS]

    def check(self):
        require("O1", self.code)
        for place, (rule, operands) in enumerate(self.code):
            self.check_indices(rule, operands)
            self.check_registers(rule, operands)
            self.check_special(place, rule, operands)
        require("R1", self.registers == self.function.registers)
        self.check_flow()

    def check_indices(self, rule, operands):
        module = self.module
        counts = {"instruction of the function": self.code, "integer constant": module.integers,
                  "bytes constant": module.strings, "function": module.functions,
                  "imported signature": module.imports, "field": module.fields, "event": module.events,
                  "error": module.errors, "asset class": module.classes, "message": module.messages}
        field = None
        for (name, what), value in zip(rule.operands, operands):
            if what in counts:
                require("O4", value < len(counts[what]))
                self.pools.use(what, value)
                field = module.fields[value] if what == "field" else field
            elif what == "component of the record":
                require("O4", value < len(field.kinds))
            elif what == "number of leading key components":
                require("S3", field.key)
                require("O4", value < len(field.key))
            elif name in ("rounding", "scheme", "mode", "kind"):
                require("O4", value <= what.count(","))
            elif what == "number of payments":
                require("O4", value <= LIMITS.payments)
            elif what == "width in bytes":
                require("O4", value != 0)

    def spans(self, rule, operands):
        """How many registers the windows of an instruction span, in the order of its operands."""
        module, name = self.module, rule.name
        named = dict(zip((operand for operand, _ in rule.operands), operands))

        def of(kinds):
            return Counter(kind.bank for kind in kinds)

        if name == "call":
            callee = module.functions[named["function"]]
            return [max(callee.parameters_of[bank], callee.results_of[bank]) for bank in BANKS]
        if name == "ret":
            return [self.function.results_of[bank] for bank in BANKS]
        if name in ("invoke", "encode_call", "create"):
            imported = module.imports[named["signature"]]
            taken = [of(imported.parameters)[bank] + named["payments"] for bank in BANKS[:2]]
            results = of(imported.results if name == "invoke" else [])
            return [max(count, results[bank]) for count, bank in zip(taken, BANKS)]
        if "field" in named:
            field = module.fields[named["field"]]
            record = [of(field.kinds)[bank] for bank in BANKS[:2]] if name == "put_record" else []
            return [of(field.key)[bank] for bank in BANKS[:2]] + record
        if name in ("emit", "fail", "digest"):
            declared = {"emit": module.events, "fail": module.errors, "digest": module.messages}[name]
            kinds = declared[next(named[word] for word in ("event", "error", "message") if word in named)].kinds
            return [of(kinds)[bank] for bank in BANKS[:2]]
        if name == "create_asset":
            return [sum(hook.foreign for hook in module.classes[named["class"]].hooks)]
        return []

    def check_registers(self, rule, operands):
        spans = iter(self.spans(rule, operands))
        for (_, what), value in zip(rule.operands, operands):
            match = re.match(r"(first )?(int|bytes|list) register", what)
            if not match:
                continue
            end = value + 1
            if match[1]:
                span = next(spans)
                require("O2", span > 0 or value == 0 or rule.name == "call")
                require("O3", value + span <= LIMITS.registersPerBank)
                end = value + span
            bank = BANKS.index(match[2])
            self.registers[bank] = max(self.registers[bank], end)

    def check_special(self, place, rule, operands):
        module, name = self.module, rule.name
        named = dict(zip((operand for operand, _ in rule.operands), operands))
        field = module.fields[named["field"]] if "field" in named else None
        if name in ("load_int", "load_bytes", "store_int", "store_bytes"):
            require("S1", field.kinds[named["component"]].bank == name.split("_")[1])
        require("S2", name != "put_record" or field.record)
        require("S4", name != "total" or field.summed)
        require("S5", name not in ("check_int", "check_bytes") or (named["kind"] == 0) == (name == "check_int"))
        require("S6", name != "check_enum" or 1 <= named["immediate"] % 65_536 <= 256)
        if name in ("invoke", "encode_call"):
            require("S7", module.imports[named["signature"]].name != "init")
        if name == "create":
            imported = module.imports[named["signature"]]
            require("S8", imported.name == "init" and not imported.results and not imported.view)
        if name == "try_next":
            require("S9", place + 1 < len(self.code) and self.code[place + 1][0].name in TRIED)
            tried, others = self.code[place + 1]
            if tried.name == "call":
                callee = module.functions[others[0]] if others[0] < len(module.functions) else None
                require("S10", callee and not has_list(callee.parameters + callee.results))

    def following(self, place):
        """Where control goes from an instruction."""
        rule, operands = self.code[place]
        after = [] if rule.name in ("jump", "ret", "fail") else [place + 1]
        return after + targets(rule, operands)

    def check_flow(self):
        reached, open_places = {0}, [0]
        while open_places:
            for place in self.following(open_places.pop()):
                require("R3", place < len(self.code))
                if place not in reached:
                    reached.add(place)
                    open_places.append(place)
        require("R2", len(reached) == len(self.code))
        jumps = {place for instruction in self.code for place in targets(*instruction)}
        require("R4", not any(place > 0 and self.code[place - 1][0].name == "try_next" for place in jumps))


def targets(rule, operands):
    """The instructions that an instruction may jump to. (What a call calls is named a target too, but is a register.)"""
    return [value for (_, what), value in zip(rule.operands, operands) if what == "instruction of the function"]


# Effects

class Effects:
    def __init__(self):
        self.writes, self.records, self.interacts = set(), False, False

    def add(self, other):
        self.writes |= other.writes
        self.records |= other.records
        self.interacts |= other.interacts

    @property
    def pure(self):
        return not (self.writes or self.records or self.interacts)


def effects_of(module, instruction, of_functions):
    rule, operands = instruction
    effects = Effects()
    if rule.name in WRITES:
        effects.writes.add(operands[0])
    effects.records = rule.name in RECORDS
    effects.interacts = rule.name in INTERACTS
    if rule.name == "invoke":
        effects.interacts = not module.imports[operands[0]].view or operands[-1] > 0
    if rule.name == "call":
        effects.add(of_functions[operands[0]])
    return effects


def check_effects(module):
    of_functions = [Effects() for _ in module.functions]
    grows = True
    while grows:
        grows = False
        for index, function in enumerate(module.functions):
            size = len(of_functions[index].writes), of_functions[index].records, of_functions[index].interacts
            for instruction in function.code:
                of_functions[index].add(effects_of(module, instruction, of_functions))
            grows |= size != (len(of_functions[index].writes), of_functions[index].records,
                              of_functions[index].interacts)
    entries = module.exports + module.hooks + module.invariants
    reached, open_functions = set(), [entry.function for entry in entries]
    while open_functions:
        index = open_functions.pop()
        if index not in reached:
            reached.add(index)
            open_functions += [operands[0] for rule, operands in module.functions[index].code if rule.name == "call"]
    require("G1", len(reached) == len(module.functions))
    require("G2", all(of_functions[export.function].pure for export in module.exports if export.view))
    require("G3", all(of_functions[invariant.function].pure for invariant in module.invariants))
    require("G4", not any(of_functions[hook.function].interacts for hook in module.hooks))
    hook_fields = set().union(*(of_functions[hook.function].writes for hook in module.hooks))
    for function in module.functions:
        code = Code(module, function, None)
        each = [effects_of(module, instruction, of_functions) for instruction in function.code]
        behind = {place for start, effects in enumerate(each) if effects.interacts
                  for place in reachable(code, code.following(start))}
        require("G5", not any(each[place].writes & hook_fields for place in behind))


def reachable(code, places):
    reached, open_places = set(), list(places)
    while open_places:
        place = open_places.pop()
        if place not in reached:
            reached.add(place)
            open_places += code.following(place)
    return reached
