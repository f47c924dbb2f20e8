import type { ProblemError } from "@composable-go/client";
import type { FetchState } from "@composable-go/client/react";
import type { ReactNode } from "react";
import { Problem } from "../components/problem";
import { Skeleton } from "../components/skeleton";

interface SettingsListProps<T> {
  of: FetchState<T[]>;
  /** Why the last change did not happen. */
  problem: ProblemError | undefined;
  /** Said when there is nothing. */
  empty?: string;
  keyOf: (item: T) => string;
  children: (item: T) => ReactNode;
}

/** What there is of something, a row each, in all the states that a list can be in. */
export function SettingsList<T>({ of: list, problem, empty, keyOf, children }: SettingsListProps<T>) {
  const { data, error, refetch } = list;
  return (
    <>
      {error && <Problem error={error} retry={refetch} />}
      {problem && <Problem error={problem} />}
      {!data && !error && <Skeleton lines={2} height="4.5rem" />}
      {data?.length === 0 && empty && <p className="card quiet">{empty}</p>}
      {data && data.length > 0 && (
        <ul className="card rows">{data.map((item) => <li key={keyOf(item)} className="row">{children(item)}</li>)}</ul>
      )}
    </>
  );
}
