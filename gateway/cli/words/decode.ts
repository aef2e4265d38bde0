import { sentences } from '../../../shared/text.ts';

/** decode, codec. */
export const say = sentences('cli.decode', {
  faultOfCode: { en: '{code}: {why}', ja: '{code}: {why}' },
  lineNotJson: { en: 'the line is not JSON ({why})', ja: 'この行はJSONではありません（{why}）' },
  decode: {
    en: 'turn raw bytes into readings, LoRaWAN frames into their content; one JSON object a line',
    ja: '生データを測定値に、LoRaWANフレームを内容に変換（JSON、1行に1件）',
  },
  decodeType: {
    en: 'a device type, lorawan or ble-advertisement',
    ja: '機器の種類、または lorawan、ble-advertisement',
  },
  decodeFile: {
    en: 'recording; standard input without it or for "-"',
    ja: '記録ファイル（省略または「-」で標準入力）',
  },
  optionHex: { en: 'the input is hexadecimal, a frame a line', ja: '入力は16進数（1行に1フレーム）' },
  optionOption: {
    en: 'an option of the device type, as in a configuration; objects and lists as JSON',
    ja: '機器の種類ごとの設定（設定ファイルと同じ。オブジェクトと配列はJSON）',
  },
  optionDevice: {
    en: 'device that the readings name (default: the device type)',
    ja: '測定値に記録する機器名（既定値: 機器の種類）',
  },
  optionDate: {
    en: 'day on which the recording begins (UTC), for devices that send only the time of day',
    ja: '記録開始日（UTC）。日付を送らず時刻だけを送る機器に使います',
  },
  optionDirection: {
    en: 'of a recording: from-device, to-device or both (default: what the device said; of a type that asks, both)',
    ja: '記録のうち、機器から（from-device）、機器へ（to-device）、両方（both）のどれを読むか（既定値: 機器からの分。問い合わせ型の機器は両方）',
  },
  decodeRecordings: {
    en: 'Recordings are known by their first bytes: of machimori record, pcapng, pcap, btsnoop (ble-hci), logs of gpsd (nmea); for lorawan, packets of packet forwarders. Readings then have the times of the recording.',
    ja: '記録ファイルは先頭のバイトで判別します: machimori record、pcapng、pcap、btsnoop（ble-hci）、gpsdのログ（nmea）、lorawanではパケットフォワーダーのパケット。測定値の時刻は記録の時刻になります。',
  },
  notADate: {
    en: '--date takes a day such as 2024-06-15, not "{text}"',
    ja: '--date には 2024-06-15 のような日付を指定してください（"{text}" は不可）',
  },
  decodeOutputs: {
    en: 'Readings go to standard output; rubbish is counted by reason on standard error.',
    ja: '測定値は標準出力に、不良データの理由別件数は標準エラー出力に表示します。',
  },
  decodeExit: {
    en: 'Exit code 0: something could be decoded, or the input was empty. 1: nothing could, or the input could not be read.',
    ja: '終了コード 0: デコードできたものがある、または入力が空。1: 何もデコードできない、または入力を読み取れない。',
  },
  deviceTypes: { en: 'Device types: {types}', ja: '機器の種類: {types}' },
  advertisementForm: {
    en: 'decode ble-advertisement reads the AD structures of a Bluetooth LE advertisement in hexadecimal, such as {example}, one a line, and prints what each says.',
    ja: 'decode ble-advertisement は1行に1件、Bluetooth LEアドバタイズのAD構造（16進数、例: {example}）を読み、内容を出力します。',
  },
  onlyHex: {
    en: 'ble-advertisement reads lines of hexadecimal digits: --option, --device and --date do not apply',
    ja: 'ble-advertisement の入力は16進数の行です。--option、--device、--date は使えません',
  },
  lorawanForm: {
    en: 'decode lorawan reads {example} a line, with phy in hexadecimal or base64, and prints a line for each:',
    ja: 'decode lorawan は1行に1件 {example} を読み（phyは16進数またはbase64）、1行ずつ結果を出力します:',
  },
  lorawanKeys: {
    en: 'keys: {names}, in any letter case. With fNwkSIntKey, sNwkSIntKey or nwkSEncKey the rules of LoRaWAN 1.1 apply, else those of 1.0.x.',
    ja: 'keys: {names}（大文字・小文字は問わない）。fNwkSIntKey、sNwkSIntKey、nwkSEncKeyのいずれかがあればLoRaWAN 1.1、なければ1.0.xの規則に従います。',
  },
  lorawanCounter: {
    en: 'fCnt: the full frame counter, or the last one before it; without it the 16 bits of the frame are used.',
    ja: 'fCnt: フレームカウンターの全桁、またはその直前の値。省略するとフレーム内の16ビットを使います。',
  },
  lorawanMic: {
    en: 'confFCnt, txDr, txCh: what a MIC of LoRaWAN 1.1 also covers (default: 0).',
    ja: 'confFCnt、txDr、txCh: LoRaWAN 1.1のMICに含まれる値（既定値: 0）。',
  },
  lorawanJoin: {
    en: 'joinEui, devNonce, joinReqType: what a join-accept of LoRaWAN 1.1 answers; 255, the default, is a join-request, 0 to 2 a rejoin.',
    ja: 'joinEui、devNonce、joinReqType: LoRaWAN 1.1のjoin-acceptが応答する要求。255（既定値）はjoin-request、0～2はrejoin。',
  },
  lorawanDevEui: {
    en: 'devEui: for a join-accept of LoRaWAN 1.1, in place of jSIntKey and jSEncKey, which follow from it and nwkKey.',
    ja: 'devEui: LoRaWAN 1.1のjoin-accept用。jSIntKeyとjSEncKeyの代わりに指定（両者はdevEuiとnwkKeyから求まります）。',
  },
  lorawanOption: {
    en: '--option app-s-key=2b7e151628aed2a6… gives a key, or another of these, to the lines that do not have it.',
    ja: '--option app-s-key=2b7e151628aed2a6… のように、鍵などの値がない行に使う値を指定できます。',
  },
  onlyJson: {
    en: 'lorawan reads lines of JSON: --hex, --device and --date do not apply',
    ja: 'lorawan の入力はJSONです。--hex、--device、--date は使えません',
  },
  inputUnreadable: { en: 'the input cannot be read ({why})', ja: '入力を読み取れません（{why}）' },
  rubbish: { en: 'rubbish: {code} {count}', ja: '不良データ: {code} {count}件' },
  rubbishWithFirst: {
    en: 'rubbish: {code} {count} (the first: {detail})',
    ja: '不良データ: {code} {count}件（最初の内容: {detail}）',
  },
  nothingDecoded: {
    en: 'not one reading came of {bytes} {bytes:byte|bytes}. Check that this is a recording of a {type}, whether it is hexadecimal (--hex) or needs its day (--date), and its options: {options}',
    ja: '{bytes} バイトから測定値を1件も得られませんでした。{type} の記録か、16進数か（--hex）、記録日が必要か（--date）、設定（{options}）を確認してください',
  },
  noLineDecoded: {
    en: 'not one of {count} {count:line|lines} could be decoded; what is wrong with each is on standard output. machimori decode --help shows the form of a line',
    ja: '{count} 行のうち、デコードできた行はありません。各行の誤りは標準出力にあります。行の形式は machimori decode --help で確認できます',
  },
  noHexLine: { en: 'a line is not hexadecimal', ja: '16進数でない行があります' },
  noDeviceType: {
    en: 'There is no device type "{name}"; there are: {known}',
    ja: '「{name}」という機器の種類はありません。使える種類: {known}',
  },
  noDeviceTypeButMeant: {
    en: 'There is no device type "{name}"; did you mean {meant}?',
    ja: '「{name}」という機器の種類はありません。{meant} ではありませんか？',
  },
  noKeyValue: { en: '--option {word} is not key=value', ja: '--option {word} は「名前=値」の形ではありません' },
  noKeyValueAfter: {
    en: '--option is not followed by key=value',
    ja: '--option の後は「名前=値」の形で指定してください',
  },
  noTypeOption: {
    en: '{type} has no option {name}; it has: {known}',
    ja: '{type} に {name} という設定はありません。使える設定: {known}',
  },
  noShippedProfile: {
    en: '{type} ships no profile "{name}"; it ships: {known}. Your own can be given as JSON',
    ja: '{type} に「{name}」というプロファイルは付属していません。付属: {known}。独自のものはJSONで指定できます',
  },
  typeOptions: { en: 'Options of {type}:', ja: '{type} の設定:' },
  typeOption: { en: '  {name}: {meaning}', ja: '  {name}: {meaning}' },
  lorawanNoOption: {
    en: 'lorawan has no option {name}; it has the keys and: {known}',
    ja: 'lorawan に {name} という設定はありません。鍵のほかに使える設定: {known}',
  },
  lorawanBadOption: { en: '--option {name} {fault}', ja: '--option の {name} {fault}' },

  longLine: {
    en: 'the line is longer than {max} bytes',
    ja: '行が{max}バイトを超えています',
  },
  noJsonLine: { en: 'the line is not JSON', ja: '行がJSONではありません' },
  noObjectLine: { en: 'the line is not a JSON object', ja: '行がJSONのオブジェクトではありません' },
  memberMissing: { en: '{name} is missing', ja: '{name} がありません' },
  memberFault: { en: '{name} {fault}', ja: '{name} {fault}' },
  frameFault: { en: '{why}', ja: '{why}' },
  mustBeFrame: {
    en: 'must be the bytes of the frame, as hexadecimal digits or base64',
    ja: 'にはフレームのバイト列を16進数またはbase64で指定してください',
  },
  mustBeWhole: {
    en: 'must be a whole number from 0 to {max}',
    ja: 'は0から{max}までの整数で指定してください',
  },
  mustBeHex: { en: 'must be {count} hexadecimal digits', ja: 'は16進数{count}桁で指定してください' },
  mustBeKeys: {
    en: 'must be an object of keys by their names',
    ja: 'は鍵の名前と値からなるオブジェクトで指定してください',
  },
  mayOnlyHave: { en: 'may only have {names}', ja: 'に使える名前は {names} だけです' },
  mustBeJoinType: { en: 'must be 255, 0, 1 or 2', ja: 'は255、0、1、2のいずれかで指定してください' },

  codec: {
    en: "run a payload codec (LoRa Alliance TS013) in the gateway's sandbox",
    ja: 'ペイロードコーデック（LoRa Alliance TS013）をゲートウェイのサンドボックスで実行',
  },
  codecTest: {
    en: "run a codec's examples; print each that fails with what differs",
    ja: '付属の例を実行し、失敗した例を差異とともに表示',
  },
  codecRun: {
    en: 'run a codec on each line of JSON; print a line of JSON for each',
    ja: 'JSONの入力1行ごとにコーデックを実行し、結果をJSONで1行ずつ出力',
  },
  codecFile: { en: 'the codec, JavaScript', ja: 'コーデック（JavaScript）' },
  optionExamples: {
    en: "TS013's list as JSON, or the YAML of The Things Network's device repository",
    ja: 'TS013の例一覧（JSON）、またはThe Things Networkの機器リポジトリのYAML',
  },
  optionCounts: {
    en: 'print the counts and the failures as one line of JSON',
    ja: '件数と失敗した例をJSON（1行）で出力',
  },
  codecTestExit: {
    en: 'Exit code 0: all pass. 1: some fail, or a file cannot be read.',
    ja: '終了コード 0: すべて合格。1: 失敗した例がある、またはファイルを読み取れない。',
  },
  optionFunction: {
    en: 'decodeUplink, decodeDownlink or encodeDownlink',
    ja: 'decodeUplink、decodeDownlink、encodeDownlink のいずれか',
  },
  codecInputs: {
    en: 'Decoding takes {decoding}, encoding {encoding}. Bytes are hexadecimal or a list of numbers.',
    ja: 'デコードの入力は {decoding}、エンコードの入力は {encoding} です。バイト列は16進数または数値の配列で書きます。',
  },
  codecErrors: {
    en: 'A call that fails gives {form}. What the codec writes to its console goes to standard error.',
    ja: '失敗した呼び出しの結果は {form} です。コーデックがコンソールに書いた内容は標準エラー出力に表示します。',
  },
  codecRunExit: {
    en: 'Exit code 0: the input could be read, whatever the result. 1: it could not, or the codec could not be loaded.',
    ja: '終了コード 0: 入力を読み取れた（結果は問わない）。1: 入力を読み取れない、またはコーデックを読み込めない。',
  },
  codecNotLoaded: {
    en: '{why}. The codec cannot be loaded: correct it there, then run it again.',
    ja: '{why}。コーデックを読み込めません。その箇所を修正して、もう一度実行してください。',
  },
  noFunction: {
    en: '--function must be one of: {known}, not "{name}"',
    ja: '--function {name} は使えません。{known} のいずれかを指定してください',
  },
  exampleFailed: { en: 'Example {number}: {function}', ja: '例{number}: {function}' },
  describedExampleFailed: {
    en: 'Example {number} ({description}): {function}',
    ja: '例{number}（{description}）: {function}',
  },
  difference: {
    en: '  {path}: expected {expected}, actual {actual}',
    ja: '  {path}: 期待値 {expected}、実際の値 {actual}',
  },
  nothing: { en: 'nothing', ja: 'なし' },
  exampleFault: { en: '  {why}', ja: '  {why}' },
  examplesCounted: {
    en: '{codec}: {count} {count:example|examples}, {passed} passed, {failed} failed',
    ja: '{codec}: 例{count}件、合格{passed}件、失敗{failed}件',
  },
  examplesOff: { en: 'it is wrong at "{path}" ({why})', ja: '「{path}」の形式が正しくありません（{why}）' },
  examplesNone: { en: 'it holds no examples', ja: '例が1件もありません' },
  examplesTooMany: { en: 'it holds more than {max} examples', ja: '例が{max}件を超えています' },
  examplesNoForm: { en: 'it is neither JSON nor YAML ({why})', ja: 'JSONでもYAMLでもありません（{why}）' },
  examplesHint: {
    en: "Give TS013's list as JSON, or the YAML of The Things Network's device repository; see docs/codecs.md",
    ja: 'TS013の例一覧（JSON）か、The Things Networkの機器リポジトリのYAMLを指定してください。docs/codecs.md を参照してください',
  },
});
