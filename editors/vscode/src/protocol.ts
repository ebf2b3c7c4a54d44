// The requests of chartlens beside those of the protocol.

export interface Position {
  line: number;
  character: number;
}

export interface Range {
  start: Position;
  end: Position;
}

export interface Location {
  uri: string;
  range: Range;
}

/** A part of a rendered document, and what wrote it. */
export interface Part {
  range: Range;
  at: Location | null;
  values: string[];
}

/** A rendered document. */
export interface Document {
  source: string;
  number: number;
  text: string;
  parts: Part[];
  /** Whether its later parts are left out: there are too many. */
  isCut: boolean;
}

/** The answer to `chartlens/preview`. */
export interface Preview {
  documents: Document[];
}

/** The answer to `chartlens/targets`. */
export interface Targets {
  valuesSets: string[];
  valuesSet: string | null;
  kubeVersion: string;
  kubeVersions: string[];
}
