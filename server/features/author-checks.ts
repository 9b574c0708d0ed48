import { installed } from "../feature.js";
import type { Scoped } from "../rights.js";
import type { Server } from "../server.js";
import type { AuthorsMembers } from "./metadata.js";

/** Holds what an author writes beside the thing itself to its rules. Throws a TypeError that names `where`. */
export function checkAuthors(server: Server, members: AuthorsMembers, where: string): void {
  for (const [name, value] of Object.entries(members)) {
    if (value !== undefined) return installed(server, "metadata", `${where}: ${name}`).check(members, where);
  }
}

/** Reads what an author says of who may; nothing where nothing is said. Throws a TypeError that names `where`. */
export const scopedOf = (server: Server, scoped: Scoped, where: string): Scoped =>
  scoped.scopes === undefined && scoped.hide === undefined
    ? {}
    : installed(server, "rights", `${where}: scopes`).read(scoped, where);
