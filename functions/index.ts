// What the modules that `barewire build` makes of functions need beside the server. Authors need none of it.
export { inTurn, items, members, record, toDate, type Conversion } from "./dates.js";
export { asContents, promptArguments, variables } from "./strings.js";
