import type { Tier } from "../api/types";
import { percentOf } from "../format/money";

const day = 24 * 60 * 60 * 1000;
const hour = 60 * 60 * 1000;

interface TierPlan {
  now: Date;
  starts: Date;
  earlyBird: boolean;
  lastMinute: boolean;
}

/**
 * The prices of one section. Early bird takes 20 % off until 30 days before the start and is left out when that is
 * past; last minute adds 10 % for the last 7 days. Prices begin an hour ago, so that a clock that is ahead of the
 * server's leaves no gap.
 */
export function tiersOf(section: string, price: number, { now, starts, earlyBird, lastMinute }: TierPlan): Tier[] {
  const begin = new Date(now.getTime() - hour).toISOString();
  const monthBefore = new Date(starts.getTime() - 30 * day);
  const weekBefore = new Date(starts.getTime() - 7 * day).toISOString();
  const early = earlyBird && monthBefore > now;
  const regularFrom = early ? monthBefore.toISOString() : begin;

  const tiers: Tier[] = [{ kind: "regular", section, price_cents: price, from: regularFrom }];
  if (early) tiers.unshift({ kind: "early_bird", section, price_cents: percentOf(price, 80), from: begin, until: regularFrom });
  if (lastMinute) tiers.push({ kind: "last_minute", section, price_cents: percentOf(price, 110), from: weekBefore });
  return tiers;
}
