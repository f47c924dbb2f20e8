import type { Command } from "@composable-go/client/react";

/** The command, which forgets what became of the others when it runs: of a list, only the last change's outcome is told. */
export function alone<V, T>(command: Command<V, T>, ...others: { reset(): void }[]): Command<V, T> {
  return {
    ...command,
    run: (...variables) => {
      for (const other of others) other.reset();
      return command.run(...variables);
    },
  };
}
