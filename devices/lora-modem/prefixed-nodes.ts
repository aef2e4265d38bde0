/**
 * The nodes behind a modem whose packets carry no address: each is known by the bytes that its payload begins with.
 *
 * Promise: a packet is read for the node with the longest prefix that fits, without that prefix; failing that for the
 * device without a prefix, if there is one; otherwise it is rubbish.
 */
import * as v from 'valibot';
import type { Moment } from '../../shared/clock.ts';
import { toHex } from '../../shared/hex.ts';
import type { ConfiguredDevice, Step } from '../device-type.ts';
import { fromHex, type NodeOptions, payloadOf, readNode, type Signal } from './lora-node.ts';
import { rubbishStep } from './rubbish-step.ts';

const maxPrefixBytes = 16;
/** How much of an unknown node's payload is shown. */
const maxShownBytes = 4;

export const prefixEntry = v.optional(
  v.pipe(
    v.string(),
    v.regex(/^([0-9a-fA-F]{2})+$/, 'must be bytes in hexadecimal such as "0b"'),
    v.maxLength(2 * maxPrefixBytes),
    v.description(
      "The bytes in hexadecimal that the node's payload begins with, which are not part of its data; without it the device stands for every other node.",
    ),
  ),
);

export type PrefixedNode = ConfiguredDevice<NodeOptions & { readonly prefix?: string | undefined }>;

export class PrefixedNodes {
  /** Longest prefix first, the device without one last. */
  readonly #nodes: readonly { readonly node: PrefixedNode; readonly prefix: Uint8Array }[];

  constructor(nodes: readonly PrefixedNode[]) {
    this.#nodes = nodes
      .map((node) => ({ node, prefix: fromHex(node.options.prefix ?? '') ?? new Uint8Array(0) }))
      .toSorted((a, b) => b.prefix.length - a.prefix.length);
  }

  /** A packet's data as it was on the air; `frame` is what is shown if it is rubbish. */
  receive(data: Uint8Array, heard: { readonly signal: Signal; readonly frame: Uint8Array; readonly at: Moment }): Step {
    for (const { node, prefix } of this.#nodes) {
      const payload = payloadOf(node.options, data);
      if (payload && prefix.every((byte, at) => payload[at] === byte)) {
        return readNode(node, payload.subarray(prefix.length), heard);
      }
    }
    const others = this.#nodes.at(-1);
    if (others?.prefix.length === 0) {
      return rubbishStep('malformed', heard.frame, 'the data is not hexadecimal text', others.node.id);
    }
    const beginning = toHex(data.subarray(0, maxShownBytes));
    return rubbishStep('unknown-address', heard.frame, `no node's prefix fits: the data begins with ${beginning}`);
  }
}
