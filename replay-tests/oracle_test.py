"""Proves that the judge can fail: perfect output passes, and each kind of damage to it is found.

A pretended appliance does exactly what the model says. Then one thing is spoilt at a time, and the
judge must complain, or the oracle would pass whatever it is shown.
"""

from collections import Counter
from dataclasses import replace

import captures
import verdict
from model import ANY_REASON, DROPPED, Model, samples
from replies import split_ethernet


def perfect_run(capture):
    """(predictions, outputs, report) of an appliance that is right, taking each first outcome."""
    model = Model(capture.appliance)
    predictions = [model.predict(case.frame) for case in capture.cases]
    report = {"tenants": {t.name: blank_counts(t) for t in capture.appliance.tenants}, **blank_counts()}
    outputs, chosen_tunnels = [], {}
    for case, outcomes in zip(capture.cases, predictions):
        usable = [o for o in outcomes if o.reason != ANY_REASON and (not o.output or samples(o.output))]
        outcome = usable[0] if usable else replace(outcomes[0], reason="of-any-name")
        if case.tag:
            # Weighted as the flow's number falls, three to one; the same for the whole flow.
            number = int(case.tag.rsplit("-", 1)[1])
            outcome = chosen_tunnels.setdefault(case.tag, usable[-1 if number % 4 == 0 else 0].tunnel)
            outcome = next(o for o in usable if o.tunnel == outcome)
        scopes = [report] + ([report["tenants"][outcome.tenant]] if outcome.tenant else [])
        for counts in scopes:
            counts["received"] += 1
            counts[outcome.fate] += 1
            if outcome.fate == DROPPED:
                counts["drops"][outcome.reason] += 1
        if outcome.origin:
            tenant, name = outcome.origin
            tunnel = report["tenants"][tenant]["tunnels"][name]
            for key, more in zip(ORIGIN_KEYS, verdict.origin_counts(outcome, outcome.origin)):
                tunnel[key] += more
        if outcome.output:
            for sample in samples(outcome.output):
                outputs.append(sample)
                report["sent"] += 1
                if outcome.tunnel:
                    tunnel = report["tenants"][outcome.tenant]["tunnels"][outcome.tunnel]
                    tunnel["packets"] += 1
                    tunnel["bytes"] += len(split_ethernet(sample)[4])
    return predictions, outputs, report


ORIGIN_KEYS = ("received", "receivedBytes", "dropped", "errors")
TUNNEL_KEYS = ("packets", "bytes", *ORIGIN_KEYS)


def blank_counts(tenant=None):
    counts = dict.fromkeys(("received", "sent", *verdict.FATES), 0)
    counts["drops"] = Counter()
    if tenant:
        counts["tunnels"] = {tunnel.name: dict.fromkeys(TUNNEL_KEYS, 0) for tunnel in tenant.tunnels}
    return counts


def flipped(frame, offset):
    data = bytearray(frame)
    data[offset] ^= 0x40
    return bytes(data)


def damages(outputs, report):
    """(what is spoilt, outputs, report), one after the other."""
    gre = next(i for i, f in enumerate(outputs) if f[12:14] == b"\x08\x00" and f[23] == 47)

    def replaced(frame):
        return outputs[:gre] + [frame] + outputs[gre + 1 :]

    yield "a lost frame", outputs[:gre] + outputs[gre + 1 :], report
    yield "a frame twice", outputs + [outputs[gre]], report
    yield "a frame from nowhere", outputs + [bytes(60)], report
    for offset in range(len(outputs[gre])):
        yield f"a changed bit in byte {offset}", replaced(flipped(outputs[gre], offset)), report
    yield "a byte too many", replaced(outputs[gre] + bytes(60)), report
    yield "a byte too few", replaced(outputs[gre][:-1]), report
    for key in ("received", "sent", *verdict.FATES):
        yield f"{key} counted once too often", outputs, {**report, key: report[key] + 1}
    for reason in report["drops"]:
        yield f"drop reason {reason} misnamed", outputs, {**report, "drops": renamed(report["drops"], reason)}
    for name, counts in report["tenants"].items():
        wrong = {**counts, "received": counts["received"] + 1}
        yield f"tenant {name} miscounted", outputs, {**report, "tenants": {**report["tenants"], name: wrong}}
        for tunnel, totals in counts["tunnels"].items():
            for key in TUNNEL_KEYS:
                tunnels = {**counts["tunnels"], tunnel: {**totals, key: totals[key] + 1}}
                wrong = {**counts, "tunnels": tunnels}
                tenants = {**report["tenants"], name: wrong}
                yield f"tunnel {tunnel}: {key} miscounted", outputs, {**report, "tenants": tenants}


def renamed(drops, reason):
    drops = Counter(drops)
    drops[f"x-{reason}"] = drops.pop(reason)
    return drops


def piece_damages(outputs, report):
    """Damage that only a packet in several frames shows."""
    first = next(i for i, f in enumerate(outputs) if f[12:14] == b"\x08\x00" and f[23] == 47 and f[44:45] == b"\x20")
    yield "a fragment lost", outputs[: first + 1] + outputs[first + 2 :], report
    yield "a fragment twice", [*outputs, outputs[first + 1]], report
    swapped = [outputs[first + 1], outputs[first]]
    yield "fragments exchanged", outputs[:first] + swapped + outputs[first + 2 :], report
    for offset in (16, 20, 38, 42, 44, 48, 60, -1):
        place = offset % len(outputs[first + 1])
        spoilt = [flipped(outputs[first + 1], place)]
        yield f"a changed bit in byte {offset} of a later fragment", outputs[: first + 1] + spoilt + outputs[first + 2 :], report


def origin_damages(outputs, report):
    """What came out of tunnels, counted too low: there is a drop and a packet of every tunnel's."""
    for name, counts in report["tenants"].items():
        for tunnel, totals in counts["tunnels"].items():
            for key in ORIGIN_KEYS:
                if totals[key]:
                    tunnels = {**counts["tunnels"], tunnel: {**totals, key: totals[key] - 1}}
                    tenants = {**report["tenants"], name: {**counts, "tunnels": tunnels}}
                    yield f"tunnel {tunnel}: {key} too low", outputs, {**report, "tenants": tenants}


def ipv6_piece_damages(outputs, report):
    """The same of an outer packet of IPv6 that was cut."""
    first = next(i for i, f in enumerate(outputs) if f[12:14] == b"\x86\xdd" and f[20] == 44 and f[54] == 47)
    yield "a fragment over IPv6 lost", outputs[: first + 1] + outputs[first + 2 :], report
    swapped = [outputs[first + 1], outputs[first]]
    yield "fragments over IPv6 exchanged", outputs[:first] + swapped + outputs[first + 2 :], report
    for offset in (15, 19, 20, 21, 30, 40, 54, 55, 56, 57, 58, 61, 62, -1):
        place = offset % len(outputs[first + 1])
        spoilt = [flipped(outputs[first + 1], place)]
        what = f"a changed bit in byte {offset} of a later fragment over IPv6"
        yield what, outputs[: first + 1] + spoilt + outputs[first + 2 :], report


def spread_damages(capture, outputs, report):
    """Damage that only flows and fragments show."""
    yield "two packets of a flow exchanged", [outputs[1], outputs[0], *outputs[2:]], report
    tenant = next(t for t in capture.appliance.tenants if t.name == "weighted")
    heavy, light = tenant.best_tunnels()
    predictions = [Model(capture.appliance).predict(case.frame) for case in capture.cases]
    first = [o for o in predictions[0] if o.output.sample() != outputs[0]][0]
    yield "a flow over two tunnels", [first.output.sample(), *outputs[1:]], report
    only = [next(o for o in p if o.tunnel == heavy.name).output.sample() for p in predictions]
    counts = dict(report["tenants"]["weighted"])
    octets = sum(int.from_bytes(frame[16:18], "big") for frame in only)
    counts["tunnels"] = {
        **counts["tunnels"],
        heavy.name: {**counts["tunnels"][heavy.name], "packets": len(only), "bytes": octets},
        light.name: {**counts["tunnels"][light.name], "packets": 0, "bytes": 0},
    }
    yield "weights ignored", only, {**report, "tenants": {**report["tenants"], "weighted": counts}}


def problems():
    """Sentences about damage that went unseen, and about perfect runs that did not pass."""
    found = []
    catalogue = {capture.name: capture for capture in captures.all_captures()}
    for name in ("link", "tunnel", "local", "flows", "fit", "six-paths"):
        capture = catalogue[name]
        predictions, outputs, report = perfect_run(capture)
        clean = verdict.judge(capture, predictions, outputs, report)
        found += [f"oracle: a perfect run of {name} fails: {text}" for text in clean.problems]
        spoilt = ()
        if name == "link":
            spoilt = damages(outputs, report)
        elif name == "fit":
            spoilt = piece_damages(outputs, report)
        elif name == "tunnel":
            spoilt = origin_damages(outputs, report)
        elif name == "six-paths":
            spoilt = ipv6_piece_damages(outputs, report)
        elif name == "flows":
            spoilt = spread_damages(capture, outputs, report)
        for what, bad_outputs, bad_report in spoilt:
            if not verdict.judge(capture, predictions, bad_outputs, bad_report).problems:
                found.append(f"oracle: not noticed in {name}: {what}")
    return found
