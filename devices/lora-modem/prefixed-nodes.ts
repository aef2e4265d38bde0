/**
 * The nodes behind a modem whose packets carry no address: each is recognised by the first bytes of its payload.
 *
 * Promise: a packet goes, without the prefix, to the node with the longest matching prefix; otherwise to the device without
 * a prefix, if there is one; otherwise it is rubbish.
 */
import * as v from 'valibot';
import type { Moment } from '../../shared/clock.ts';
import { toHex } from '../../shared/hex.ts';
import { must, setting, text } from '../../shared/setting.ts';
import { say as sayShared } from '../../shared/words.ts';
import { type ConfiguredDevice, rubbishStep, type Step } from '../device-type.ts';
import { fromHex, type NodeOptions, payloadOf, readNode, type Signal } from './lora-node.ts';
import { say } from './words.ts';

const maxPrefixBytes = 16;
/** How much of an unknown node's payload is shown. */
const maxShownBytes = 4;

export const prefixEntry = v.optional(
  setting(
    v.pipe(
      text,
      v.regex(/^([0-9a-fA-F]{2})+$/, must(say.mustBeHexBytes())),
      v.maxLength(2 * maxPrefixBytes, must(sayShared.mustHaveAtMostCharacters({ max: 2 * maxPrefixBytes }))),
    ),
    say.prefix(),
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

  /** `data`: a packet's data as received; `frame`: the bytes to report if it is rubbish. */
  receive(data: Uint8Array, heard: { readonly signal: Signal; readonly frame: Uint8Array; readonly at: Moment }): Step {
    for (const { node, prefix } of this.#nodes) {
      const payload = payloadOf(node.options, data);
      if (payload && prefix.every((byte, at) => payload[at] === byte)) {
        return readNode(node, payload.subarray(prefix.length), heard);
      }
    }
    const others = this.#nodes.at(-1);
    if (others?.prefix.length === 0) {
      return rubbishStep('malformed', heard.frame, say.notHex(), others.node.id);
    }
    const beginning = toHex(data.subarray(0, maxShownBytes));
    return rubbishStep('unknown-address', heard.frame, say.unknownPrefix({ beginning }));
  }
}
