"""Judges one replay: output frames against the model's outcomes, then the report against both.

Outputs are matched to inputs by content, since the contract fixes no order between packets of
different flows. What an output proves (delivered through this tunnel, answered) settles its case; the
report's counts are then checked against what is left.
"""

from collections import Counter, defaultdict
from dataclasses import replace

from fit import Pieces
from model import ANSWERED, ANY_REASON, CONSUMED, DELIVERED, DROPPED, HOST
from replies import fingerprint, flow_label, is_own_question, split_ethernet

FATES = (DELIVERED, ANSWERED, CONSUMED, HOST, DROPPED)
SHARE_TOLERANCE = 0.05


class Judgement:
    """What was found about one capture: problems as sentences, and the cases that they concern."""

    def __init__(self):
        self.problems = []
        self.failed_cases = set()
        self.unsettled = []
        self.input_of_output = {}
        self.outer_fragments = set()

    def problem(self, text, *case_indices):
        self.problems.append(text)
        self.failed_cases.update(case_indices)


def judge(capture, predictions, outputs, report, output_times_us=()):
    """`predictions`: the outcomes of each case; `outputs`: frames in the order of the file.

    An output has its input's time, which tells cases apart whose outputs would be the same.
    """
    judgement = Judgement()
    settled = match_outputs(capture, predictions, outputs, output_times_us, judgement)
    check_order_and_shares(capture, settled, judgement)
    check_flow_labels(capture, settled, outputs, judgement)
    check_limits(capture, settled, judgement)
    remaining = []
    for index, (case, outcomes) in enumerate(zip(capture.cases, predictions)):
        if index in settled:
            remaining.append([settled[index][0]])
            continue
        silent = [outcome for outcome in outcomes if outcome.output is None]
        if not silent:
            expected = " or ".join(sorted({str(outcome) for outcome in outcomes}))
            judgement.problem(f"{case.name}: no output frame, expected {expected}; in {case.frame.hex()}", index)
        remaining.append(silent or list(outcomes))
    check_report(capture, remaining, settled, outputs, report, judgement)
    return judgement


def match_pieces(capture, predictions, outputs, judgement):
    """The same as `match_outputs` for packets that left as several frames: each takes all of its own."""
    settled = {}
    for index, outcomes in enumerate(predictions):
        for outcome in outcomes:
            if index in settled or not isinstance(outcome.output, Pieces):
                continue
            numbers = outcome.output.find(outputs, judgement.input_of_output)
            if not numbers:
                continue
            settled[index] = (outcome, numbers)
            judgement.input_of_output.update(dict.fromkeys(numbers, index))
            if outcome.output.where == "outer":
                judgement.outer_fragments.update(numbers)
            frames = [outputs[number] for number in numbers]
            for problem in outcome.output.problems_of(frames):
                case = capture.cases[index]
                judgement.problem(f"{case.name}: {problem}\n    in  {case.frame.hex()}", index)
    return settled


def match_outputs(capture, predictions, outputs, output_times_us, judgement):
    """{case index: (outcome that its output proves, numbers of its outputs)}."""
    settled = match_pieces(capture, predictions, outputs, judgement)
    input_times_us = capture.times_us()
    pending = defaultdict(list)
    for index, outcomes in enumerate(predictions):
        for outcome in outcomes:
            if outcome.output is not None and not isinstance(outcome.output, Pieces):
                pending[outcome.output.fingerprint(capture.appliance)].append((index, outcome))
    for number, frame in enumerate(outputs):
        if len(frame) < 14:
            judgement.problem(f"output {number}: shorter than an Ethernet header: {frame.hex()}")
            continue
        if is_own_question(frame) or number in judgement.input_of_output:
            continue
        candidates = [
            (index, outcome)
            for index, outcome in pending.get(fingerprint(frame, capture.appliance), ())
            if index not in settled
        ]
        if not candidates:
            judgement.problem(f"output {number}: answers no input: {frame.hex()}")
            continue
        if output_times_us:
            time_us = output_times_us[number]
            candidates.sort(key=lambda candidate: input_times_us[candidate[0]] != time_us)
        index, outcome, problems = best_match(candidates, frame)
        settled[index] = (outcome, [number])
        judgement.input_of_output[number] = index
        if problems:
            case = capture.cases[index]
            judgement.problem(
                f"{case.name}: output differs: {'; '.join(problems)}\n"
                f"    in  {case.frame.hex()}\n    out {frame.hex()}",
                index,
            )
    return settled


def best_match(candidates, frame):
    """The candidate that the frame fits, or else the one it comes nearest to."""
    best = None
    for index, outcome in candidates:
        try:
            problems = outcome.output.problems(frame)
        except (IndexError, ValueError, AttributeError) as broken:
            # Output too broken to be compared field by field.
            problems = [f"cannot be dissected: {broken}"] * 9
        if not problems:
            return index, outcome, []
        if best is None or len(problems) < len(best[2]):
            best = (index, outcome, problems)
    return best


def check_order_and_shares(capture, settled, judgement):
    """Cases with one tag are one flow or datagram: one tunnel, and in order."""
    tunnels, last_output = defaultdict(set), {}
    for index, case in enumerate(capture.cases):
        if not case.tag or index not in settled:
            continue
        outcome, numbers = settled[index]
        tunnels[case.tag].add(outcome.tunnel)
        if numbers[0] < last_output.get(case.tag, -1):
            judgement.problem(f"{case.name}: overtaken within {case.tag}", index)
        last_output[case.tag] = numbers[-1]
        if len(tunnels[case.tag]) == 2:
            judgement.problem(f"{case.name}: {case.tag} uses tunnels {sorted(tunnels[case.tag])}", index)
    if not capture.shares:
        return
    tenant = next(t for t in capture.appliance.tenants if t.name == capture.shares)
    best = tenant.best_tunnels()
    chosen = Counter(min(names) for names in tunnels.values())
    total = sum(chosen.values())
    weights = sum(tunnel.weight for tunnel in best)
    for tunnel in best:
        share, wanted = chosen[tunnel.name] / max(1, total), tunnel.weight / weights
        if abs(share - wanted) > SHARE_TOLERANCE:
            judgement.problem(
                f"{tenant.name}/{tunnel.name}: share of flows={share:.3f} of {total}, weight says {wanted:.3f}"
            )


def check_flow_labels(capture, settled, outputs, judgement):
    """RFC 6438: a flow in a tunnel over IPv6 has one label; few of the other flows share it."""
    labels = defaultdict(set)
    for index, (outcome, numbers) in settled.items():
        case = capture.cases[index]
        if not case.tag or not outcome.tunnel:
            continue
        of_frames = {flow_label(outputs[number]) for number in numbers} - {None}
        if of_frames:
            labels[case.tag] |= of_frames
            if len(labels[case.tag]) == 2:
                judgement.problem(f"{case.name}: {case.tag} has labels {sorted(labels[case.tag])}", index)
    distinct = len({min(of_flow) for of_flow in labels.values()})
    if distinct < 0.99 * len(labels):
        judgement.problem(f"flow labels: {distinct} for {len(labels)} flows")


def check_limits(capture, settled, judgement):
    """A flood is answered in part: some, not all."""
    if not capture.limited:
        return
    answered = sum(outcome.fate == ANSWERED for outcome, _ in settled.values())
    if not 0 < answered < len(capture.cases):
        judgement.problem(f"rate limit: answered={answered} of {len(capture.cases)}")


class Bounds:
    """How often something may be counted, given cases that leave a choice."""

    def __init__(self):
        self.least, self.most = Counter(), Counter()

    def add(self, keys_of_outcomes):
        for key in set().union(*keys_of_outcomes):
            self.most[key] += 1
            if all(key in keys for keys in keys_of_outcomes):
                self.least[key] += 1


def check_report(capture, remaining, settled, outputs, report, judgement):
    bounds = {"": Bounds()}
    for tenant in capture.appliance.tenants:
        bounds[tenant.name] = Bounds()
    for outcomes in remaining:
        bounds[""].add([keys(outcome) for outcome in outcomes])
        for name in {outcome.tenant for outcome in outcomes} - {""}:
            bounds[name].add([keys(o) if o.tenant == name else set() for o in outcomes])
    check_sums(report, "whole", judgement)
    check_counts(capture, report, bounds[""], "whole", remaining, "", judgement)
    if report.get("received") != len(capture.cases):
        judgement.problem(f"report: received={report.get('received')}, frames in={len(capture.cases)}")
    if report.get("sent") != len(outputs):
        judgement.problem(f"report: sent={report.get('sent')}, frames out={len(outputs)}")
    tenants = report.get("tenants", {})
    for name in tenants.keys() - bounds.keys():
        judgement.problem(f"report: unknown tenant {name}")
    for tenant in capture.appliance.tenants:
        counts = tenants.get(tenant.name, {})
        check_sums(counts, tenant.name, judgement)
        check_counts(capture, counts, bounds[tenant.name], tenant.name, remaining, tenant.name, judgement)
        check_tunnels(tenant, counts, settled, outputs, judgement)
        check_origins(tenant, counts, remaining, judgement)


def keys(outcome):
    """What one outcome adds to in the report."""
    return {"received", outcome.fate} | ({f"drops {outcome.reason}"} if outcome.reason else set())


def check_sums(counts, scope, judgement):
    """received = delivered + answered + consumed + host + dropped, and the drops add up too."""
    total = sum(counts.get(fate, 0) for fate in FATES)
    if counts.get("received", 0) != total:
        judgement.problem(f"report, {scope}: received={counts.get('received')}, fates add up to {total}")
    drops = sum(counts.get("drops", {}).values())
    if counts.get("dropped", 0) != drops:
        judgement.problem(f"report, {scope}: dropped={counts.get('dropped')}, drops add up to {drops}")


def check_counts(capture, counts, bounds, scope, remaining, tenant, judgement):
    got = Counter({name: counts.get(name, 0) for name in ("received", *FATES)})
    got.update({f"drops {reason}": count for reason, count in counts.get("drops", {}).items()})
    wild = bounds.most[f"drops {ANY_REASON}"]
    for key in sorted(set(got) | set(bounds.most)):
        if key == f"drops {ANY_REASON}":
            continue
        least, most = bounds.least[key], bounds.most[key]
        if key.startswith("drops "):
            most += wild
        if least <= got[key] <= most:
            continue
        wanted = str(least) if least == most else f"{least}..{most}"
        concerned = [
            index
            for index, outcomes in enumerate(remaining)
            if any(key in keys(o) and (not tenant or o.tenant == tenant) for o in outcomes)
        ]
        judgement.problem(f"report, {scope}: {key}={got[key]}, expected {wanted}")
        if got[key] > most:
            concerned = [i for i, o in enumerate(remaining) if len(o) > 1 and i not in concerned]
        judgement.unsettled.append(concerned)


def check_tunnels(tenant, counts, settled, outputs, judgement):
    """Packets and outer IP bytes of each tunnel, counted from the output."""
    packets, octets = Counter(), Counter()
    for outcome, numbers in settled.values():
        if outcome.tenant == tenant.name and outcome.tunnel:
            for number in numbers:
                packets[outcome.tunnel] += 1
                packet = split_ethernet(outputs[number])[4]
                if packet[0] >> 4 == 4:
                    octets[outcome.tunnel] += int.from_bytes(packet[2:4], "big")
                else:
                    octets[outcome.tunnel] += 40 + int.from_bytes(packet[4:6], "big")
    for tunnel in tenant.tunnels:
        got = counts.get("tunnels", {}).get(tunnel.name, {})
        wanted = (packets[tunnel.name], octets[tunnel.name])
        if (got.get("packets", 0), got.get("bytes", 0)) != wanted:
            judgement.problem(
                f"report, {tenant.name}/{tunnel.name}: packets={got.get('packets')} bytes={got.get('bytes')},"
                f" the output has packets={wanted[0]} bytes={wanted[1]}"
            )


def origin_counts(outcome, origin):
    """What an outcome adds to `received`, `receivedBytes`, `dropped` and `errors` of the tunnel that it concerns."""
    if outcome.origin != origin:
        return 0, 0, 0, 0
    dropped = int(outcome.fate == DROPPED)
    return int(outcome.received_bytes > 0), outcome.received_bytes, dropped, int(outcome.is_error)


def check_origins(tenant, counts, remaining, judgement):
    """What came out of each tunnel, and was dropped; between the bounds that open choices leave."""
    for tunnel in tenant.tunnels:
        got = counts.get("tunnels", {}).get(tunnel.name, {})
        origin = (tenant.name, tunnel.name)
        choices = [[origin_counts(o, origin) for o in outcomes] for outcomes in remaining]
        for column, name in enumerate(("received", "receivedBytes", "dropped", "errors")):
            least = sum(min(choice[column] for choice in case) for case in choices)
            most = sum(max(choice[column] for choice in case) for case in choices)
            if not least <= got.get(name, -1) <= most:
                judgement.problem(
                    f"report, {tenant.name}/{tunnel.name}: {name}={got.get(name)}, expected {least}..{most}"
                )


def with_limit(outcomes, reason):
    """In a flood every ICMP error may also be left out: what caused it is dropped for a reason, or `consumed`."""
    silent = {"fate": CONSUMED} if reason == CONSUMED else {"fate": DROPPED, "reason": reason}
    extra = [replace(o, output=None, **silent) for o in outcomes if o.fate == ANSWERED]
    return list(outcomes) + extra
