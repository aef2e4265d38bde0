import { type Command, UsageError } from '../command.ts';
import { runCodec } from './run.ts';
import { testCodec } from './test.ts';

export const codec: Command = {
  name: 'codec',
  arguments: 'test <codec.js> --examples <file> [--json] | run <codec.js> --function <name>',
  summary: "runs a payload codec (LoRa Alliance TS013) in the gateway's sandbox: on its examples, or on standard input",
  help: [
    'test: runs the examples and prints each that fails, with what differs.',
    "--examples FILE  TS013's list as JSON, or the YAML of The Things Network's device repository",
    '--json           prints the counts and the failures as one line of JSON',
    'Exit code 0: all pass. 1: some fail, or a file cannot be read. 2: the words were off.',
    '',
    'run: a line of JSON in, a line of JSON out, until the input ends.',
    '--function NAME  decodeUplink ({"fPort":1,"bytes":"01ff","recvTime":"2026-01-01T00:00:00Z"}), decodeDownlink (the same),',
    '                 or encodeDownlink ({"data":{…}} to {"bytes":[1,255],"fPort":1,…}). Bytes are read as hexadecimal or a list.',
    'A call that fails is {"errors":["…"],"warnings":[],"code":"…"}. What the codec writes to its console is on standard error.',
    'Exit code 0: the input could be read, whatever came of it. 1: it could not, or the codec could not be loaded.',
  ].join('\n'),
  async run(args) {
    const [action, ...rest] = args;
    if (action === 'test') return testCodec(rest);
    if (action === 'run') return runCodec(rest);
    throw new UsageError(action === undefined ? 'test or run is missing' : `"${action}" is neither test nor run`);
  },
};
