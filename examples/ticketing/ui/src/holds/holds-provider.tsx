import { useClient, usePendingCommands } from "@composable-go/client/react";
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useRef, useState } from "react";
import { checkoutPath, eventPath } from "../paths";
import { navigate } from "../routing/history";
import { follow, type Hold, newId, type Wish, wishOf } from "./hold";

interface Holds {
  /** Oldest first. */
  all: readonly Hold[];
  ask(wish: Wish): void;
  /** Takes the wish back; when it has been sent already, the seats are given back. */
  giveUp(hold: Hold): void;
  /** Is done with what became of a hold. */
  forget(hold: Hold): void;
}

const HoldsContext = createContext<Holds>({ all: [], ask() {}, giveUp() {}, forget() {} });

export function useHolds(): Holds {
  return useContext(HoldsContext);
}

/**
 * Follows every hold of this visitor from the press of the button to the answer, on whatever page he is then; also those
 * that waited for a connection before the page was loaded again.
 */
export function HoldsProvider({ children }: { children: ReactNode }) {
  const client = useClient();
  const pending = usePendingCommands();
  const [all, setAll] = useState<readonly Hold[]>([]);
  const followed = useRef(new Set<string>());

  const forget = useCallback(({ id }: Pick<Hold, "id">) => {
    followed.current.delete(id);
    setAll((holds) => holds.filter((hold) => hold.id !== id));
  }, []);

  const begin = useCallback((id: string, wish: Wish) => {
    followed.current.add(id);
    setAll((holds) => [...holds, { id, wish, stage: "sending" }]);
    void follow(client, id, wish, (step) => {
      if (!followed.current.has(id)) return;
      setAll((holds) => holds.map((hold) => (hold.id === id ? { ...hold, ...step } : hold)));
      if (step.stage !== "held" || location.pathname !== eventPath(wish.event_id)) return;
      forget({ id });
      navigate(checkoutPath(id));
    });
  }, [client, forget]);

  useEffect(() => {
    const cancelled = new Set(pending.filter(({ action }) => "Cancel" in action).map(({ key }) => key));
    for (const command of pending) {
      const wish = wishOf(command);
      if (wish && !followed.current.has(command.key) && !cancelled.has(command.key)) begin(command.key, wish);
    }
  }, [pending, begin]);

  const holds = useMemo(() => ({
    all, forget,
    ask: (wish: Wish) => begin(newId(), wish),
    giveUp(hold: Hold) {
      forget(hold);
      client.send("reservation", hold.id, { Cancel: {} }).catch(() => {}); // refused when there is nothing to give back
    },
  }), [all, begin, client, forget]);
  return <HoldsContext value={holds}>{children}</HoldsContext>;
}

/** The latest hold of this visitor in a section, and what may be done about it. */
export function useHold(event_id: string, section: string) {
  const { all, ask, giveUp, forget } = useHolds();
  const current = all.findLast(({ wish }) => wish.event_id === event_id && wish.section === section);
  return {
    current,
    ask: (places: Pick<Wish, "seat_ids" | "quantity">) => {
      if (current) forget(current);
      ask({ event_id, section, ...places });
    },
    giveUp: () => current && giveUp(current),
    reset: () => current && forget(current),
  };
}
