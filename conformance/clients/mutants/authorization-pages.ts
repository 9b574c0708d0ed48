import type { Revision } from "../../trace.js";
import { across } from "./mutant.js";

export const [O, A, B, M]: readonly [Revision, Revision, Revision, Revision] = [
  "2025-03-26",
  "2025-06-18",
  "2025-11-25",
  "2026-07-28",
];
export const PAGE = "basic/authorization";
/** The same statement of three revisions, the newest of which has a page for it. */
export const three = (page: string, statement: string): readonly string[] => [
  ...across([A, B], `${PAGE}#${statement}`),
  `${M}/${PAGE}/${page}#${statement}`,
];
export const both = (page: string, statement: string): readonly string[] => three(page, statement).slice(1);
export const of = (revision: Revision, statement: string): string => `${revision}/${PAGE}#${statement}`;
export const newest = (page: string, ...statements: readonly string[]): readonly string[] =>
  statements.map((statement) => `${M}/${PAGE}/${page}#${statement}`);
export const [INDEX, SECURITY, REGISTRATION] = ["index", "security-considerations", "client-registration"];
export const DISCOVERY = "authorization-server-discovery";
export const CODE = "authorization-code-protection/";
export const RESOURCE = "resource-parameter-implementation/";
