import { sentences } from '../../../shared/text.ts';

export const say = sentences('cli.probe', {
  probe: {
    en: 'find out what is on a serial line, at which speed',
    ja: 'シリアル回線につながっている機器と通信速度を調べる',
  },
  port: {
    en: 'a serial port (/dev/ttyUSB0), or a line behind TCP (tcp://10.0.0.5:4001)',
    ja: 'シリアルポート（/dev/ttyUSB0）、またはTCPの先の回線（tcp://10.0.0.5:4001）',
  },
  baud: { en: 'try this speed alone', ja: 'この速度だけを試す' },
  units: { en: 'Modbus units to ask, as 1-20,33', ja: '問い合わせるModbusユニット（例: 1-20,33）' },
  listenOnly: { en: 'only listen, and write nothing', ja: '受信だけを行い、何も送信しない' },
  seconds: { en: 'how long it may take, 5 to 600', ja: '調べる時間の上限（5～600秒）' },
  config: {
    en: 'the configuration whose gateway may have the line open; {file} if it is there',
    ja: '回線を使用中かもしれないゲートウェイの設定ファイル（{file} があればそれ）',
  },
  asksReads: {
    en: 'It listens first. Only a silent line is asked, by reads alone: AT and HCI queries, Modbus functions 3, 4, 17 and 43.',
    ja: '先に受信だけを行います。問い合わせるのは何も送ってこない回線だけで、読み出ししか行いません（ATとHCIの照会、Modbusの機能3、4、17、43）。',
  },
  e220Note: {
    en: 'An E220 LoRa module transmits whatever is written to it: if one may be on the line, use --listen-only.',
    ja: 'E220 LoRaモジュールは、書き込まれたものをそのまま送信します。つながっている可能性があれば --listen-only を付けてください。',
  },
  exit: {
    en: 'Exit code 0 if it was recognised, 1 if it is unknown.',
    ja: '終了コードは、判別できれば0、できなければ1です。',
  },

  noPort: {
    en: '"{word}" is neither a file nor tcp://host:port',
    ja: '「{word}」はファイルでも tcp://ホスト:ポート でもありません',
  },
  noUnits: {
    en: '--units takes numbers from 1 to 247 and ranges, such as 1-20,33, not "{word}"',
    ja: '--units には1～247の番号や範囲（例: 1-20,33）を指定してください（「{word}」は使えません）',
  },
  gatewayHasIt: {
    en: 'the gateway {gateway} has it open as port {port}',
    ja: 'ゲートウェイ {gateway} がポート {port} として使用中です',
  },
  lookOrStop: {
    en: 'What comes there, machimori status {file} shows. To probe it: sudo machimori maintenance {file} all --for 30m, then sudo systemctl stop machimori, and start it again afterwards.',
    ja: '受信の様子は machimori status {file} で確認できます。調べるには、sudo machimori maintenance {file} all --for 30m と sudo systemctl stop machimori を実行し、終わったら起動し直してください。',
  },

  listens: { en: '{setting}: listened, {bytes} {bytes:byte|bytes} so far', ja: '{setting}: 受信 {bytes}バイト' },
  asks: { en: '{setting}: asking', ja: '{setting}: 問い合わせ中' },
  listensTcp: { en: 'listened, {bytes} {bytes:byte|bytes} so far', ja: '受信 {bytes}バイト' },
  asksTcp: { en: 'asking', ja: '問い合わせ中' },

  certain: { en: 'certain', ja: '確実' },
  likely: { en: 'likely', ja: 'ほぼ確実' },
  generic: { en: 'text lines of an unknown make', ja: '機種不明のテキスト行' },
  found: {
    en: '{port} at {setting}: {type} ({summary}), {confidence}',
    ja: '{port}、{setting}: {type}（{summary}）、{confidence}',
  },
  foundTcp: {
    en: '{port}: {type} ({summary}), {confidence}',
    ja: '{port}: {type}（{summary}）、{confidence}',
  },
  also: { en: 'Or: {type} ({summary}), {confidence}', ja: 'または: {type}（{summary}）、{confidence}' },
  frames: {
    en: '{telling} of {frames} frames are of this type',
    ja: '{frames}フレーム中{telling}フレームがこの型に一致',
  },
  answers: { en: 'answered {telling} {telling:question|questions}', ja: '問い合わせ{telling}回に応答' },
  rubbish: { en: 'could not be used: {list}', ja: '使えなかったもの: {list}' },
  rubbishCount: { en: '{code} {count}', ja: '{code} {count}件' },
  reading: { en: '{device}: {values}', ja: '{device}: {values}' },
  value: { en: '{quantity} {value}', ja: '{quantity} {value}' },
  valueWithUnit: { en: '{quantity} {value} {unit}', ja: '{quantity} {value} {unit}' },
  unit: { en: 'unit {unit} answers', ja: 'ユニット {unit} が応答' },
  unitSays: { en: 'unit {unit} answers: "{identity}"', ja: 'ユニット {unit} が応答: 「{identity}」' },
  unitsFitting: {
    en: 'unit {unit}: the shipped profile {profile} fits',
    ja: 'ユニット {unit}: 付属のプロファイル {profile} が合います',
  },
  unitsAsked: {
    en: 'Units up to {unit} were asked. For the others: --units, with the speed by --baud.',
    ja: 'ユニット {unit} まで問い合わせました。残りは --units と、--baud で速度を指定して調べてください。',
  },
  withheld: {
    en: "The bytes are not shown: they hold addresses of people's devices.",
    ja: '受信したバイト列は表示しません。人の機器のアドレスが含まれるためです。',
  },
  write: { en: 'To write it into the configuration:', ja: '設定ファイルへの書き込み:' },

  unknown: { en: '{port}: unknown', ja: '{port}: 判別できません' },
  silent: {
    en: 'Nothing came. Check power, wires (RX and TX crossed, A and B) and levels (RS-232, RS-485, TTL). A sensor that reports seldom needs --seconds.',
    ja: '何も受信しませんでした。電源、配線（RXとTXの交差、AとB）、信号レベル（RS-232、RS-485、TTL）を確認してください。送信間隔の長いセンサーには --seconds を付けてください。',
  },
  notKnown: {
    en: "Bytes came, but nothing that any device type knows at any speed. The maker's manual tells speed and format; machimori decode tries a recording.",
    ja: 'データは受信しましたが、どの速度でもどの機器の型にも一致しません。速度と形式はメーカーの説明書で確認してください。記録は machimori decode で試せます。',
  },
  heardAt: { en: '{setting}: {bytes} {bytes:byte|bytes}', ja: '{setting}: {bytes}バイト' },
});
