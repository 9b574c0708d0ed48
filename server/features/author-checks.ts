import { installed } from "../feature.js";
import type { Server } from "../server.js";
import type { AuthorsMembers } from "./metadata.js";

/** Holds what an author writes beside the thing itself to its rules. Throws a TypeError that names `where`. */
export function checkAuthors(server: Server, members: AuthorsMembers, where: string): void {
  for (const [name, value] of Object.entries(members)) {
    if (value !== undefined) return installed(server, "metadata", `${where}: ${name}`).check(members, where);
  }
}
