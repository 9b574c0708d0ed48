import { arrivalOf } from "./wire.js";
import type { Arrival, ServerSide } from "./wire.js";

/** A connection without bytes, to a client in this process. */
export function memorySide(receive: (arrival: Arrival) => void): ServerSide {
  let hears: ((text: string) => void) | undefined;
  let leaves: (() => void) | undefined;
  const kept: string[] = [];
  // A turn of the event loop lies between sending and hearing, as on any wire.
  const later = (deliver: () => void) => void setImmediate(deliver);
  const cut = () => {
    const leave = leaves;
    [hears, leaves] = [undefined, undefined];
    if (leave) later(leave);
  };
  return {
    target: {
      memory: {
        open(listener, closed) {
          [hears, leaves] = [listener, closed];
          for (const text of kept.splice(0)) later(() => listener(text));
          return {
            send: (text) => later(() => receive(arrivalOf(text))),
            close: () => {
              [hears, leaves] = [undefined, undefined];
              later(() => receive({ kind: "closed", how: "end" }));
            },
          };
        },
      },
    },
    send(text) {
      if (hears) later(() => hears?.(text));
      else kept.push(text);
    },
    cut,
    close: async () => cut(),
  };
}
