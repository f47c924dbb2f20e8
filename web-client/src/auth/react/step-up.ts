import { variant, type Action } from "../../action.js";
import type { ActionOf, RegisteredApi, StoreName } from "../../api.js";
import { useCommand, type Command } from "../../react/command.js";
import type { Client, Receipt } from "../../types.js";
import { withStepUp, type Confirmation } from "../step-up.js";

type Execute<V, T> = (client: Client, variables: V) => Promise<T>;

/** As `useCommand`, of a command that the server may want confirmed: then the user is asked for a passkey. */
export function useStepUp<S extends StoreName<RegisteredApi>>(
  store: S,
  key: string,
): Command<ActionOf<RegisteredApi, S>, Receipt>;
/** The same for anything else. `about` says what is confirmed. Default: what the refusal names, of the variables. */
export function useStepUp<V = void, T = unknown>(
  execute: Execute<V, T>,
  about?: (variables: V) => Partial<Confirmation>,
): Command<V, T>;
export function useStepUp<V, T>(
  first: Execute<V, T> | StoreName<RegisteredApi>,
  second?: string | ((variables: V) => Partial<Confirmation>),
): Command<V, T> {
  return useCommand<V, T>((client, variables) => {
    if (typeof first === "function") {
      const about = typeof second === "function" ? second(variables) : { arguments: variables };
      return withStepUp(client, about, () => first(client, variables));
    }
    const about = { arguments: variant(variables as Action).value };
    return withStepUp(client, about, () => client.send(first, second as string, variables as never) as Promise<T>);
  });
}
