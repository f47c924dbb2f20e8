import type { AnyApi } from "./api.js";
import { randomId } from "./id.js";
import type { ClientOptions, PendingCommand } from "./types.js";

type Command = PendingCommand<AnyApi>;

/** A command in the storage: whose it is, and which page sends it. */
interface Stored {
  user: string;
  page: string;
  command: Command;
}

/**
 * The commands of signed-in users that a reload must not lose. All pages of an origin share them. A page holds a
 * lock while it has some there: whoever gets that lock knows the page is gone and takes its commands over, so that
 * each is sent by one page. Without the Web Locks API (insecure contexts) several may send the same, once per id.
 */
export interface StoredCommands {
  /** Whether there are any, of whomever. */
  any(): boolean;
  /** Names the user now, null for a visitor, and hands over what gone pages have left of theirs. False: no change. */
  setUser(user: string | null, adopt: (commands: Command[]) => void): boolean;
  /** Keeps a command; a visitor's is not kept, as its id says nothing on another connection. */
  add(command: Command): void;
  remove(id: string): void;
}

export function createStoredCommands(option: ClientOptions["storage"], name: () => string): StoredCommands {
  let user: string | null = null;
  /** Name of this page and of its lock while it has commands here. */
  let page = "";
  let release = () => {};

  const storage = () => (option === undefined ? globalThis.localStorage : option);

  const read = (): Stored[] => {
    try {
      const found: unknown = JSON.parse(storage()?.getItem(name()) ?? "[]");
      return (found as Stored[]).filter(({ page, command }) => page && command.id);
    } catch {
      return [];
    }
  };

  const write = (list: Stored[]) => {
    try {
      if (list.length) storage()?.setItem(name(), JSON.stringify(list));
      else storage()?.removeItem(name());
    } catch {
      // Then a reload forgets.
    }
    if (page && !list.some((stored) => stored.page === page)) {
      page = "";
      release();
    }
  };

  const lock = (of: string, run: () => Promise<void> | void) => {
    const locks = globalThis.navigator?.locks;
    if (locks) locks.request(name() + of, run).catch(() => {});
    else void run();
  };

  const hold = () => {
    if (page) return;
    page = randomId();
    const held = new Promise<void>((resolve) => (release = resolve));
    lock(page, () => held);
  };

  /** Takes over what the gone page `from` has left. */
  const claim = (from: string, adopt: (commands: Command[]) => void) => {
    const list = read();
    const left = list.filter((stored) => stored.user === user && stored.page === from);
    if (!left.length) return;
    hold();
    write(list.map((stored) => (left.includes(stored) ? { ...stored, page } : stored)));
    adopt(left.map(({ command }) => command));
  };

  return {
    any: () => read().length > 0,
    setUser(next, adopt) {
      if (next === user) return false;
      user = next;
      const pages = new Set(read().flatMap((stored) => (stored.user === next ? stored.page : [])));
      for (const from of pages) lock(from, () => claim(from, adopt));
      return true;
    },
    add(command) {
      if (user === null) return;
      hold();
      write([...read(), { user, page, command }]);
    },
    remove(id) {
      const list = read();
      const rest = list.filter(({ command }) => command.id !== id);
      if (rest.length < list.length) write(rest);
    },
  };
}
