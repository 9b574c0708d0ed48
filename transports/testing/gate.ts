/** A promise that a test opens by hand. */
export class Gate<T = void> {
  readonly opened: Promise<T>;
  open!: (value: T) => void;

  constructor() {
    this.opened = new Promise<T>((resolve) => (this.open = resolve));
  }
}
