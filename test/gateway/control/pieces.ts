import type { Answer } from '../../../gateway/control/messages.ts';

/** All of an answer. */
export async function piecesOf(answering: Answer | Promise<Answer>): Promise<Uint8Array[]> {
  const pieces: Uint8Array[] = [];
  for await (const piece of await answering) pieces.push(piece);
  return pieces;
}
