/** Reads back what watched-disk.c has recorded. */

export type DiskOperation =
  | { readonly kind: 'create'; readonly inode: number; readonly name: string }
  | { readonly kind: 'write'; readonly inode: number; readonly offset: number; readonly bytes: Uint8Array }
  | { readonly kind: 'truncate'; readonly inode: number; readonly length: number }
  | { readonly kind: 'sync' | 'sync-failed'; readonly inode: number }
  | { readonly kind: 'rename'; readonly from: string; readonly to: string }
  | { readonly kind: 'unlink'; readonly name: string }
  | { readonly kind: 'sync-directory' };

const headBytes = 32;

/** Throws a RangeError if the recording is cut off; then the test is wrong, not the product. */
export function* readRecording(recording: Buffer): Generator<DiskOperation> {
  for (let at = 0; at < recording.length; ) {
    const head = recording.subarray(at, at + headBytes);
    const namesLength = head.readUInt32LE(4);
    const dataLength = head.readUInt32LE(8);
    const dataAt = at + headBytes + namesLength;
    const [name = '', other = ''] = recording.toString('utf8', at + headBytes, dataAt).split('\0');
    const inode = Number(head.readBigUInt64LE(16));
    const offset = Number(head.readBigUInt64LE(24));
    at = dataAt + dataLength;
    if (at > recording.length) throw new RangeError('the recording breaks off');
    const bytes = recording.subarray(dataAt, at);
    yield operationOf(head.readUInt32LE(0), { name, other, inode, offset, bytes });
  }
}

interface Fields {
  readonly name: string;
  readonly other: string;
  readonly inode: number;
  readonly offset: number;
  readonly bytes: Uint8Array;
}

function operationOf(code: number, { name, other, inode, offset, bytes }: Fields): DiskOperation {
  switch (code) {
    case 1:
      return { kind: 'create', inode, name };
    case 2:
      return { kind: 'write', inode, offset, bytes };
    case 3:
      return { kind: 'truncate', inode, length: offset };
    case 4:
      return { kind: 'sync', inode };
    case 5:
      return { kind: 'sync-failed', inode };
    case 6:
      return { kind: 'rename', from: name, to: other };
    case 7:
      return { kind: 'unlink', name };
    case 8:
      return { kind: 'sync-directory' };
    default:
      throw new RangeError(`the recording has an operation ${code}`);
  }
}
