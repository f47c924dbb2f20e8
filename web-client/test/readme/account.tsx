import { usePasskeys, useSessions } from "@composable-go/client/auth/react";

export function Sessions() {
  const { data = [], revoke, revokeOthers } = useSessions();
  return (
    <>
      {data.map(({ id, device, place, current }) => (
        <p key={id}>
          {device} {place} {current ? "(here)" : <button onClick={() => revoke.run(id)}>Sign out</button>}
        </p>
      ))}
      <button disabled={revokeOthers.status === "pending"} onClick={() => revokeOthers.run()}>Sign out everywhere else</button>
    </>
  );
}

export function Passkeys() {
  const { data = [], add, remove } = usePasskeys();
  return (
    <>
      {data.map(({ id, name }) => (
        <p key={id}>
          {name} <button onClick={() => remove.run(id)}>Remove</button>
        </p>
      ))}
      <button disabled={add.status === "pending"} onClick={() => add.run()}>Add a passkey</button>
      {add.data === "exists" && <p role="status">This device has one already</p>}
      {remove.error?.code === "last_way_in" && <p role="alert">Add another way to sign in first</p>}
    </>
  );
}
