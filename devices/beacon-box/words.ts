import { sentences } from '../../shared/text.ts';

export const say = sentences('beacon-box', {
  summary: {
    en: 'Beacon detector box that reports as JSON or MessagePack, by a profile',
    ja: 'JSONまたはMessagePackで報告するビーコン検知器（プロファイルで定義）',
  },
  profile: {
    en: 'Where the box writes what it heard: the name of a profile, or the profile itself.',
    ja: '検知内容の書式。プロファイルの名前、またはプロファイルそのもの。',
  },
  format: { en: 'The format of its messages.', ja: 'メッセージの形式。' },
  list: {
    en: 'JSON pointer (RFC 6901) to the advertisements, such as "/data/tags": a list, or a single one; "" is the whole message.',
    ja: '電波の一覧（または1件）へのJSONポインター（RFC 6901）。例: "/data/tags"。"" はメッセージ全体。',
  },
  keyed: {
    en: "Whether they are an object whose names are the senders' addresses.",
    ja: '発信元アドレスを名前とするオブジェクトかどうか。',
  },
  address: {
    en: "JSON pointer to the sender's address, from the advertisement.",
    ja: '1件の電波から見た、発信元アドレスへのJSONポインター。',
  },
  addressType: {
    en: 'JSON pointer to the kind of address: 0 or "public", 1 or "random".',
    ja: 'アドレスの種別へのJSONポインター（0または "public"、1または "random"）。',
  },
  rssi: { en: 'JSON pointer to the signal strength in dBm.', ja: '信号強度（dBm）へのJSONポインター。' },
  payload: {
    en: 'JSON pointer to the payload as it was sent (AD structures), in hexadecimal.',
    ja: '受信したペイロード（AD構造、16進数）へのJSONポインター。',
  },
  manufacturerData: {
    en: "JSON pointer to the manufacturer's data in hexadecimal, company first, for boxes that give no payload.",
    ja: 'メーカー固有データ（16進数、企業IDから始まる）へのJSONポインター。ペイロードを出力しない検知器用。',
  },
  serviceData: {
    en: "JSON pointer to a service's data in hexadecimal, for boxes that give no payload.",
    ja: 'サービスデータ（16進数）へのJSONポインター。ペイロードを出力しない検知器用。',
  },
  serviceUuid: {
    en: 'JSON pointer to the UUID of that service, such as "0xfeaa".',
    ja: 'そのサービスのUUID（例: "0xfeaa"）へのJSONポインター。',
  },
  ibeacon: {
    en: 'Where an iBeacon stands, for boxes that take it apart.',
    ja: 'iBeaconの各項目の位置。分解して出力する検知器用。',
  },
  ibeaconUuid: { en: 'JSON pointer to its UUID.', ja: 'UUIDへのJSONポインター。' },
  ibeaconMajor: { en: 'JSON pointer to its major number.', ja: 'メジャー番号へのJSONポインター。' },
  ibeaconMinor: { en: 'JSON pointer to its minor number.', ja: 'マイナー番号へのJSONポインター。' },
  ibeaconPower: { en: 'JSON pointer to its power at 1 m, dBm.', ja: '1 mでの電波強度（dBm）へのJSONポインター。' },
  packed: {
    en: 'Where things stand in an advertisement that is a string of bytes.',
    ja: '電波1件がバイト列の場合の、各項目の位置。',
  },
  packedAddress: {
    en: 'Bytes before the address, which has six, highest first.',
    ja: 'アドレス（6バイト、上位から）の前のバイト数。',
  },
  packedRssi: {
    en: 'Bytes before the signal strength, one signed byte.',
    ja: '信号強度（符号付き1バイト）の前のバイト数。',
  },
  packedPayload: {
    en: 'Bytes before the payload, which goes to the end.',
    ja: 'ペイロード（最後まで続く）の前のバイト数。',
  },
  time: {
    en: "When the box heard it; only for boxes whose clock is set. Without it, the gateway's time counts.",
    ja: '検知器が受信した時刻（時計が合っている検知器のみ）。省略時はゲートウェイの時刻を使います。',
  },
  timeFrom: {
    en: 'JSON pointer to the time, from the advertisement.',
    ja: '1件の電波から見た、時刻へのJSONポインター。',
  },
  maxMessageBytes: {
    en: 'How long a message may be, in bytes.',
    ja: 'メッセージの最大の長さ（バイト）。',
  },
  mustBePointer: {
    en: 'must be a JSON pointer such as "/data/tags": each step behind a "/", at most 16',
    ja: 'は "/data/tags" のようなJSONポインターで指定してください（各段の前に "/"、16段まで）',
  },
  noEnd: {
    en: 'nothing marks where a message of MessagePack ends on this line',
    ja: 'この回線ではMessagePackのメッセージの区切りがわかりません',
  },
  useMessages: {
    en: 'Let the box publish to a port of type mqtt, or report as JSON, a message a line',
    ja: '検知器から種別mqttのポートに送信するか、1行1件のJSONで出力してください',
  },

  deaf: {
    en: 'the box reports, but has told of no advertisement for {seconds} {seconds:second|seconds}. Check its antenna and its filter, and start it anew',
    ja: '検知器から報告は届いていますが、{seconds}秒間、電波を1件も受信していません。アンテナとフィルター設定を確認し、再起動してください',
  },
  deafToReference: {
    en: 'the box reports, but has not told of the reference beacon for {seconds} {seconds:second|seconds} (is its battery good, and is it where it was?). Check the antenna and filter of the box, and start it anew',
    ja: '検知器から報告は届いていますが、{seconds}秒間、基準ビーコンを受信していません（電池と設置場所も確認してください）。アンテナとフィルター設定を確認し、再起動してください',
  },
  tooLong: {
    en: 'the message is longer than {max} bytes; raise max-message-bytes if the box is right',
    ja: 'メッセージが{max}バイトを超えています。正しい内容であれば max-message-bytes を大きくしてください',
  },
  notJson: { en: 'the message is not JSON', ja: 'メッセージがJSONではありません' },
  notMessagePack: {
    en: 'the message is not MessagePack, or too deep or too long in its parts',
    ja: 'メッセージがMessagePackでないか、入れ子や要素数が上限を超えています',
  },
  noList: {
    en: '"{list}" leads to no advertisements; adapt the list of the profile to the box',
    ja: '"{list}" の先に電波の一覧がありません。プロファイルの list を検知器に合わせてください',
  },
  unusable: {
    en: '{count} of {of} {of:advertisement|advertisements} cannot be read; adapt the profile to the box',
    ja: '{of}件中{count}件の電波を読み取れません。プロファイルを検知器に合わせてください',
  },
  tooMany: {
    en: '{count} {count:advertisement|advertisements} of a message were given up: it has too many',
    ja: '1件のメッセージの電波が多すぎるため、{count}件を破棄しました',
  },
});
