import { useCommand, type Command } from "../../react/command.js";
import type { FetchState } from "../../react/fetch.js";
import * as devices from "../devices.js";
import * as identities from "../identities.js";
import type { NoPasskey } from "../outcome.js";
import * as passkeys from "../passkeys.js";
import * as sessions from "../sessions.js";
import type { OAuth } from "../sign-in.js";
import { useChange, useList } from "./list.js";

export type SessionList = FetchState<sessions.SessionItem[]> & {
  revoke: Command<string, void>;
  revokeOthers: Command<void, void>;
};

/** Where the user is signed in. */
export function useSessions(): SessionList {
  return {
    ...useList(sessions.list),
    revoke: useChange(sessions.list, sessions.revoke),
    revokeOthers: useChange(sessions.list, sessions.revokeOthers),
  };
}

export type DeviceList = FetchState<devices.Device[]> & {
  trust: Command<string, void>;
  remove: Command<string, void>;
};

/** What the user signs in from. */
export function useDevices(): DeviceList {
  return {
    ...useList(devices.list),
    trust: useChange(devices.list, devices.trust),
    remove: useChange(devices.list, devices.remove),
  };
}

export type PasskeyList = FetchState<passkeys.Passkey[]> & {
  add: Command<passkeys.NewPasskey | undefined, passkeys.Passkey | NoPasskey>;
  rename: Command<Pick<passkeys.Passkey, "id" | "name">, void>;
  remove: Command<string, void>;
};

/** The user's passkeys. */
export function usePasskeys(): PasskeyList {
  return {
    ...useList(passkeys.list),
    add: useChange(passkeys.list, passkeys.add),
    rename: useChange(passkeys.list, passkeys.rename),
    remove: useChange(passkeys.list, passkeys.remove),
  };
}

export type IdentityList = FetchState<identities.Identity[]> & {
  /** Leaves the page. */
  link: Command<OAuth, void>;
  unlink: Command<string, void>;
};

/** The user's accounts at providers. */
export function useIdentities(): IdentityList {
  return {
    ...useList(identities.list),
    link: useCommand(identities.link),
    unlink: useChange(identities.list, identities.unlink),
  };
}
