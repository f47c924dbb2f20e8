import { setTimeout as pause } from "node:timers/promises";

/**
 * Asks again and again until there is an answer that counts, and returns it. What it waits for is named in the error.
 * @template T
 * @param {string} what
 * @param {() => Promise<T | undefined | null | false> | T | undefined | null | false} ask
 * @param {number} [patience] in milliseconds
 * @returns {Promise<T>}
 */
export async function until(what, ask, patience = 20_000) {
  const end = Date.now() + patience;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`waited ${patience} ms for ${what}`);
    await pause(20);
  }
}
