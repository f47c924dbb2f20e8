import { Breakable } from "../components/breakable";
import type { Field } from "./compare";

/** All values of a state; those that are not what they were a version before are marked. */
export function StateTable({ version, fields }: { version: number; fields: Field[] }) {
  const changes = fields.filter(({ value, before }) => value !== before).length;
  return (
    <>
      <p className="small quiet" role="status">{changes === 1 ? "One value" : `${changes || "No"} values`} changed with version {version}.</p>
      <table className="state-table">
        <thead className="only-heard"><tr><th scope="col">Field</th><th scope="col">Value</th></tr></thead>
        <tbody>
          {fields.map((field) => (
            <tr key={field.path} className={field.value === field.before ? undefined : "state-changed"}>
              <th scope="row"><Breakable name={field.path} /></th>
              <td><Value {...field} /></td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

function Value({ value, before }: Field) {
  if (value === before) return value;
  return (
    <>
      {before !== undefined && <><span className="only-heard">was </span><del>{before}</del> </>}
      {value !== undefined && <><span className="only-heard">now </span><ins>{value}</ins></>}
    </>
  );
}
