import { sentences } from '../../shared/text.ts';

export const say = sentences('lorawan-frame', {
  profileType: { en: 'A profile of LoRaWAN devices.', ja: 'LoRaWAN機器のプロファイル。' },
  batteryBelow: {
    en: 'The battery is low below this: "3.3V" (quantity battery) or "20%" (quantity batteryLevel, which devices are asked for).',
    ja: '電池の下限。"3.3V"（項目 battery）または "20%"（機器に問い合わせる項目 batteryLevel）。',
  },
  expectEvery: {
    en: 'How long a device of this profile may be quiet; then it counts as silent. By default several times its longest usual gap. "0s": as long as it likes.',
    ja: 'このプロファイルの機器からの報告が途絶えてよい時間。過ぎると無応答とみなします。既定では普段の最長間隔の数倍を学習します。"0s" は無期限。',
  },
  payload: {
    en: 'How the payload is read: by a codec (LoRa Alliance TS013), as Cayenne LPP, or kept as hexadecimal text.',
    ja: 'ペイロードの読み取り方法。コーデック（LoRa Alliance TS013）、Cayenne LPP、または16進数の文字列のまま保存。',
  },
  codecFile: {
    en: 'The codec: a JavaScript file; see docs/codecs.md.',
    ja: 'コーデックのJavaScriptファイル。docs/codecs.md を参照してください。',
  },
  variables: {
    en: 'What the codec finds in input.variables.',
    ja: 'コーデックの input.variables に渡す値。',
  },
  mustBeTable: { en: 'must be a table of texts', ja: 'は文字列のテーブルで指定してください' },
  fields: {
    en: 'Which value that the codec returns becomes which quantity.',
    ja: 'コーデックが返すどの値をどの項目にするか。',
  },
  kind: {
    en: 'The kind of the readings that have the quantities it needs.',
    ja: '必要な項目がそろった測定値の種別。',
  },
  time: {
    en: 'Where the codec gives the time of the observation; without it, the time of arrival counts.',
    ja: 'コーデックが返す観測時刻の位置。指定しない場合は受信時刻を使います。',
  },
  samples: {
    en: 'Several measurements in one frame, as data loggers send: a list in what the codec returns, each element with a time of its own.',
    ja: 'データロガーのように1つのフレームに複数の測定値を含める場合: コーデックが返すリスト。各要素がそれぞれの時刻を持ちます。',
  },
  sampleTime: {
    en: 'Where an element has its time. One without a time was taken when the frame came.',
    ja: '要素の中の時刻の位置。時刻のない要素は、フレームの受信時に測定したものとみなします。',
  },
  sampleFields: {
    en: 'Which value of an element becomes which quantity.',
    ja: '要素のどの値をどの項目にするか。',
  },
  mustAgree: {
    en: 'must give a quantity the same unit in fields and in those of samples',
    ja: 'では、同じ項目の単位をfieldsとsamplesのfieldsで一致させてください',
  },
  mustHaveCodec: {
    en: 'needs codec-file, or payload = "lpp" or "raw" without one',
    ja: 'にはcodec-fileが必要です。codec-fileを使わない場合はpayloadに "lpp" か "raw" を指定してください',
  },

  empty: { en: 'the frame is empty', ja: 'フレームが空です' },
  tooLong: { en: '{bytes} bytes are more than a frame can have', ja: '{bytes}バイトはフレームの上限を超えています' },
  wrongMajor: {
    en: 'major version {major} is not LoRaWAN R1',
    ja: 'メジャーバージョン{major}はLoRaWAN R1ではありません',
  },
  joinRequestLength: {
    en: 'a join-request has 23 bytes, not {bytes}',
    ja: 'join-requestは23バイトですが、{bytes}バイトあります',
  },
  joinAcceptLength: {
    en: 'a join-accept has 17 or 33 bytes, not {bytes}',
    ja: 'join-acceptは17または33バイトですが、{bytes}バイトあります',
  },
  noRejoinType: { en: 'a rejoin-request has no type', ja: 'rejoin-requestに種別がありません' },
  badRejoinType: { en: 'there is no rejoin type {type}', ja: 'rejoin-requestの種別{type}は存在しません' },
  rejoinLength: {
    en: 'a rejoin-request of type {type} has {expected} bytes, not {bytes}',
    ja: '種別{type}のrejoin-requestは{expected}バイトですが、{bytes}バイトあります',
  },
  dataLength: {
    en: 'a data frame has at least 12 bytes, not {bytes}',
    ja: 'データフレームは12バイト以上ですが、{bytes}バイトしかありません',
  },
  fOptsCutShort: {
    en: 'the frame ends within its {bytes} {bytes:byte|bytes} of FOpts',
    ja: 'フレームが{bytes}バイトのFOptsの途中で終わっています',
  },
  commandsTwice: {
    en: 'MAC commands are in FOpts and on FPort 0 at once',
    ja: 'MACコマンドがFOptsとFPort 0の両方にあります',
  },
});
