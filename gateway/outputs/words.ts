import { sentences } from '../../shared/text.ts';

/** Outputs on the spot: their settings and faults. */
export const say = sentences('outputs', {
  name: {
    en: 'Name of the output, as in status and "machimori output".',
    ja: '出力の名前（statusと「machimori output」で使う）。',
  },
  alarms: {
    en: 'The alarms that it is for, by the names that thresholds give them; empty: all of them.',
    ja: '対象とする警報の名前（しきい値の alarm）。空ならすべて。',
  },
  devices: { en: 'The devices whose alarms it is for; empty: all of them.', ja: '対象とする機器。空ならすべて。' },
  longest: {
    en: 'The longest that it is on for alarms that stand, until a further one is raised; "0s": as long as they stand.',
    ja: '警報が続いていても、この時間で止める（新しい警報が出れば再び動作）。"0s" なら警報が続く間ずっと。',
  },
  port: {
    en: 'The [[port]] that it has for itself, of type serial or tcp: no device may be on it.',
    ja: 'この出力専用の [[port]]（種類は serial または tcp）。機器は置けない。',
  },
  modbusCoil: {
    en: 'A relay of a Modbus relay board: a siren, a lamp.',
    ja: 'Modbusリレー基板の接点（サイレン、回転灯など）。',
  },
  framing: {
    en: 'rtu on a serial line or behind a serial server, tcp at a Modbus TCP board.',
    ja: 'シリアルまたはシリアルサーバーなら rtu、Modbus TCPなら tcp。',
  },
  unit: { en: 'Address of the relay board, 1 to 247.', ja: 'リレー基板のユニットアドレス（1〜247）。' },
  coil: { en: 'Number of the coil, counted from 0 as in the protocol.', ja: 'コイルの番号（0から数える）。' },
  gpio: {
    en: 'A pin of the board, by the program gpioset of libgpiod.',
    ja: 'ボードのGPIOピン（libgpiodの gpioset を使用）。',
  },
  chip: { en: 'The chip, as gpiodetect lists it.', ja: 'チップ名（gpiodetectで確認）。' },
  gpioLine: { en: 'The line of the chip, as gpioinfo lists it.', ja: 'チップのライン番号（gpioinfoで確認）。' },
  activeLow: { en: 'Whether the output is on while the pin is low.', ja: 'ピンがLowのときにオンとするか。' },
  text: { en: 'A display board on a serial or TCP line.', ja: 'シリアルまたはTCPの文字表示板。' },
  onText: {
    en: 'What it gets when the output goes on, with the control characters of its maker. {place}, {device} and {alarm} are those of the alarm.',
    ja: 'オンになったときに送る文字列（メーカー指定の制御文字を含む）。{place}、{device}、{alarm} は警報の内容に置き換わる。',
  },
  endText: { en: 'What it gets when the output goes off.', ja: 'オフになったときに送る文字列。' },
  characterSet: { en: 'The character set of the board.', ja: '表示板の文字コード。' },
  mqtt: {
    en: 'A lamp, siren or board that listens at an MQTT broker.',
    ja: 'MQTTブローカーにつながる警告灯、サイレン、表示板。',
  },
  url: {
    en: 'Address of the broker: mqtt://… or mqtts://….',
    ja: 'ブローカーのアドレス（mqtt://… または mqtts://…）。',
  },
  topic: { en: 'Topic that it listens on.', ja: '表示板などが購読しているトピック。' },
  onPayload: { en: 'What is published when the output goes on.', ja: 'オンになったときに送る内容。' },
  endPayload: { en: 'What is published when the output goes off.', ja: 'オフになったときに送る内容。' },
  protocol: { en: 'Version of MQTT.', ja: 'MQTTのバージョン。' },
  username: { en: 'User name at the broker.', ja: 'ブローカーのユーザー名。' },
  passwordFile: { en: 'File with the password, on its first line.', ja: 'パスワードを1行目に書いたファイル。' },
  caFile: {
    en: 'Certificates of the authorities that may vouch for the broker (PEM).',
    ja: 'ブローカーを証明する認証局の証明書（PEM）。',
  },
  keepalive: { en: 'Keep-alive of the connection.', ja: '接続のキープアライブ。' },

  off: { en: '{output}: off', ja: '{output}: オフ' },
  silenced: {
    en: '{output}: off, silenced until a further alarm is raised',
    ja: '{output}: オフ（新しい警報が出るまで停止中）',
  },
  onFor: { en: '{output}: ON for {alarm} at {place}', ja: '{output}: オン（{place}の{alarm}）' },
  shows: { en: '{output}: shows "{text}"', ja: '{output}: 「{text}」を表示中' },
  onForTest: { en: '{output}: ON as a test', ja: '{output}: オン（試験中）' },

  textTooLong: { en: 'must have at most {max} characters', ja: 'は{max}文字以内にしてください' },
  notInSet: { en: 'it has characters that {set} lacks', ja: '{set} にない文字が含まれています' },
  otherSet: {
    en: 'Use other characters, or another character-set',
    ja: 'ほかの文字にするか、character-set を変えてください',
  },
  noEcho: {
    en: 'unit {unit} does not answer; check its power, its wires, its address and the speed of the line',
    ja: 'ユニット{unit}から応答がありません。電源、配線、アドレス、通信速度を確認してください',
  },
  gpioFailed: {
    en: 'gpioset failed ({why}); install it with apt install gpiod, and let the gateway’s user use /dev/gpiochip*',
    ja: 'gpiosetが失敗しました（{why}）。「apt install gpiod」で導入し、/dev/gpiochip* を使う権限をゲートウェイのユーザーに付けてください',
  },
  lineNotOpen: { en: 'its line is not open yet', ja: '回線がまだ開いていません' },
});
