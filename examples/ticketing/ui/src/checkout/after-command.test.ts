import type { PendingCommand } from "@composable-go/client";
import { expect, it } from "vitest";
import type { ReservationView } from "../api/api.gen";
import { afterCommand } from "./after-command";
import { stageOf } from "./stage";

const purchase = (status: string): ReservationView => ({
  id: "7", status, event_id: "1", event_title: "Night Train", section: "Stalls", seat_ids: ["A1"], quantity: 1, unit_price_cents: 1, total_cents: 1,
  currency: "EUR", created_at: "", expires_at: "", server_time: "", attempts_left: 3, tickets: [{ id: "t", code: "c", seat: "A1", status: "valid" }],
});

const command = (key: string, action: PendingCommand["action"]): PendingCommand =>
  ({ id: "c1", store: "reservation", key, action, since: 0, state: "sent" });

it.each([
  ["SeatsHeld", "ended"], ["PaymentPending", "ended"], ["PaymentCompleted", "confirming"], ["Completed", "returning"], ["Expired", "ended"],
] as const)("shows one that is %s and given back as %s", (status, stage) => {
  expect(stageOf(afterCommand(purchase(status), command("7", { Cancel: {} })))).toBe(stage);
});

it("leaves it alone otherwise", () => {
  const held = purchase("SeatsHeld");
  expect(afterCommand(held, command("8", { Cancel: {} }))).toBe(held);
  expect(afterCommand(held, command("7", { Pay: { type: "credit_card", token: "tok_ok" } }))).toBe(held);
});
