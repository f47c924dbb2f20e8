import { describe, expect, it } from "vitest";
import type { Decision, Effect } from "../api/types";
import { causeOf, fateOf, isUnderWay, shortStream, wordsOf } from "./effects";

const effect = (fields: Partial<Effect>): Effect => ({ kind: "dispatch", status: "done", ...fields });
const decision = (fields: Partial<Decision>): Decision => ({
  stream: "reservation/1", action: "Pay", at: "", actor: "", correlation_id: "", causation_id: "", position: 1, events: [], effects: [], ...fields,
});

it("shortens ids, and leaves names as they are", () => {
  expect(shortStream("inventory/2f203b98-6d59-8e76-af8d-8ad9fc973fc3:Stalls")).toBe("inventory/2f203b98…:Stalls");
});

it.each<[Partial<Effect>, string]>([
  [{ to: "payment/1", action: "Start" }, "Start → payment/1"],
  [{ kind: "timer", key: "expiry", action: "Expire" }, "expiry → Expire"],
  [{ kind: "cancel", key: "expiry" }, "expiry"],
  [{ kind: "claim", key: "reservation/1" }, "reservation/1"],
  [{ kind: "payment.Charge" }, ""],
])("says what %j is about", (fields, want) => {
  expect(wordsOf(effect(fields))).toBe(want);
});

it.each<[Partial<Effect>, string]>([
  [{ status: "done", due: "2027-01-01T12:01:00Z" }, "dropped"],
  [{ status: "done", due: "2027-01-01T11:59:00Z" }, "done"],
  [{ status: "waiting", due: "2027-01-01T12:01:00Z" }, "waiting"],
  [{ status: "dead" }, "dead"],
])("at noon %j is %s", (fields, want) => {
  expect(fateOf(effect(fields), "2027-01-01T12:00:00Z")).toBe(want);
});

it.each<[Partial<Effect>, boolean]>([
  [{ status: "running" }, true],
  [{ status: "waiting" }, true],
  [{ status: "waiting", kind: "timer" }, false],
  [{ status: "dead" }, false],
  [{ status: "done" }, false],
])("with the effect %j something is under way: %s", (fields, want) => {
  expect(isUnderWay([decision({ effects: [effect(fields)] })])).toBe(want);
});

describe("causeOf", () => {
  const starts = effect({ id: "e1" });
  const pays = decision({ effects: [effect({ id: "e0" }), starts] });

  it("finds the effect that a decision came from", () => {
    expect(causeOf(decision({ causation_id: "e1" }), [pays])).toEqual({ from: "story", decision: pays, effect: starts });
  });

  it("tells requests from what other streams sent", () => {
    expect(causeOf(pays, [pays])).toEqual({ from: "outside" });
    expect(causeOf(decision({ causation_id: "e9" }), [pays])).toEqual({ from: "elsewhere" });
  });
});
