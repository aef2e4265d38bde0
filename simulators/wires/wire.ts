/** The far end of a line: the simulated device's end, while the gateway has the near end. */
export interface Wire {
  /** What the gateway opens: a device file or `tcp://host:port`. */
  readonly path: string;
  /** Whether somebody has the near end open, set up and listening. */
  readonly isOpen: boolean;
  /**
   * Puts bytes on the line at once, as the device would, without waiting for a reader. Pass one whole frame per call.
   * True if they went out whole and unspoiled while someone had the near end open; otherwise they are lost.
   */
  write(bytes: Uint8Array): boolean;
  /** Hears what the gateway writes, until the returned function is called. */
  onBytes(listener: (bytes: Uint8Array) => void): () => void;
  /** Pulls the plug: the process that has the near end open is disconnected. */
  unplug(): void;
  /** Puts the plug back: the gateway can open the path again. */
  replug(): Promise<void>;
  /** Pulls the plug for good. */
  close(): Promise<void>;
}

/** A wire for whoever can wait for its reader, and loses nothing by it. */
export interface PatientWire extends Wire {
  /** Puts as many of the bytes on the line as it takes now; returns how many. */
  offer(bytes: Uint8Array): number;
}
