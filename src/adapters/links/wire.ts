export interface Address {
  readonly host: string;
  readonly port: number;
}

export const path = "/messages";
/** On a request: the least that the receiver's clock showed when the message was sent. On an answer: what it shows now. */
export const clockHeader = "x-holdfast-clock";
export const bodyBytesMax = 262_144;
