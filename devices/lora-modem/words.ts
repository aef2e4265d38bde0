import { sentences } from '../../shared/text.ts';

export const say = sentences('lora-modem', {
  summaryE220: {
    en: 'EBYTE E220-900T22S(JP) LoRa module on a serial port, with nodes that send Cayenne LPP',
    ja: 'EBYTE E220-900T22S(JP) LoRaモジュール（Cayenne LPPを送信するノード）',
  },
  summaryLoraE5: {
    en: 'Seeed LoRa-E5 (Wio-E5) modem on a serial port, with nodes that send Cayenne LPP',
    ja: 'Seeed LoRa-E5（Wio-E5）モデム（Cayenne LPPを送信するノード）',
  },
  summaryRak3172: {
    en: 'RAK3172 LoRa modem (RUI3) on a serial port, with nodes that send Cayenne LPP',
    ja: 'RAK3172 LoRaモデム（RUI3、Cayenne LPPを送信するノード）',
  },
  summaryRylr: {
    en: 'Reyax RYLR LoRa modem on a serial port, with nodes that send Cayenne LPP',
    ja: 'Reyax RYLR LoRaモデム（Cayenne LPPを送信するノード）',
  },

  channel: { en: 'The LPP channel.', ja: 'LPPチャンネル。' },
  lppType: {
    en: 'Which of the channel\'s values, such as "temperature" or "lat"; needed if it has several.',
    ja: 'チャンネルのどの値か（"temperature"、"lat" など）。値が複数ある場合に必要です。',
  },
  quantity: { en: 'The quantity that it is.', ja: '対応する項目。' },
  payload: {
    en: 'How the node writes its data: Cayenne LPP as bytes, or as hexadecimal text.',
    ja: 'ノードのデータ形式。Cayenne LPPのバイト列、または16進数の文字列。',
  },
  map: {
    en: 'Which LPP channels are which quantities; the others are named by type and channel.',
    ja: 'LPPチャンネルと項目の対応。指定のないチャンネルは型とチャンネル番号で表します。',
  },
  kind: {
    en: 'The kind of reading that the mapped quantities make.',
    ja: '対応付けた項目から作る測定値の種別。',
  },
  mustMapKind: {
    en: 'must map the quantities of its kind: level or distance for water-level, entered and left for people-count, lat and lon for position',
    ja: 'のmapには種別に応じた項目が必要です（water-levelはlevelまたはdistance、people-countはenteredとleft、positionはlatとlon）',
  },
  setUp: {
    en: 'AT commands that set up the modem, for the whole port; those of the first device that has any count.',
    ja: 'モデムを設定するATコマンド。ポート全体に適用され、指定のある最初の機器のものを使います。',
  },
  mustBeCommand: {
    en: 'must be an AT command such as "{example}"',
    ja: 'は "{example}" のようなATコマンドで指定してください',
  },
  mustNotRestart: {
    en: 'must not restart the modem: these commands are sent after each start',
    ja: 'にモデムを再起動するコマンドは使えません（起動のたびに送信されるため）',
  },
  mustOnlySetRadio: {
    en: 'must only set the radio: mode and reception are handled, and these commands are sent after each start',
    ja: 'には無線の設定だけを指定してください（動作モードと受信は自動で設定され、コマンドは起動のたびに送信されます）',
  },
  address: {
    en: 'The address of the sending node; without it the device stands for every other node.',
    ja: '送信元ノードのアドレス。指定しない場合は他のすべてのノードを表します。',
  },
  prefix: {
    en: "The bytes in hexadecimal that the node's payload begins with, which are not part of its data; without it the device stands for every other node.",
    ja: 'ノードのペイロード先頭のバイト列（16進数）。データには含みません。指定しない場合は他のすべてのノードを表します。',
  },
  mustBeHexBytes: {
    en: 'must be bytes in hexadecimal such as "0b"',
    ja: 'は "0b" のような16進数のバイト列で指定してください',
  },
  frameBytes: {
    en: 'How many bytes every packet of the whole port has. Set it if all have the same: without it only a silence of "gap" ends one, and two that a busy gateway reads at once are both lost.',
    ja: 'ポート全体のパケットのバイト数。すべて同じ長さなら指定してください。指定しない場合は "gap" の無通信だけで区切るため、高負荷のゲートウェイがまとめて読んだ2つは両方とも失われます。',
  },
  gap: {
    en: 'The silence on the serial line that ends a packet, for the whole port; that of the first device counts.',
    ja: 'パケットの区切りとみなすシリアル線の無通信時間。ポート全体に適用され、最初の機器の値を使います。',
  },
  rssiByte: {
    en: 'Whether the module adds a byte for the signal to each packet (REG3 bit 7), for the whole port; that of the first device counts.',
    ja: 'モジュールが各パケットに受信強度のバイトを付けるか（REG3のビット7）。ポート全体に適用され、最初の機器の値を使います。',
  },
  registers: {
    en: 'The registers 00H to 05H in hexadecimal that the module should have; only for a module whose M0 and M1 are set to configuration mode when the port opens: any other sends the question on the air.',
    ja: 'モジュールに設定するレジスタ00H～05H（16進数）。ポートを開くときにM0とM1が設定モードのモジュールに限ります。他のモードでは問い合わせがそのまま送信されます。',
  },
  mustBeRegisters: {
    en: 'must be ADDH, ADDL, REG0, REG1, REG2 and REG3 in hexadecimal: "000068010080"',
    ja: 'はADDH、ADDL、REG0、REG1、REG2、REG3を "000068010080" のような16進数で指定してください',
  },
  mustAgree: {
    en: 'must have registers that agree with rssi-byte: bit 7 of REG3, the last register, switches the RSSI byte on',
    ja: 'ではregistersとrssi-byteを一致させてください（最後のレジスタREG3のビット7がRSSIバイトを有効にします）',
  },

  noAnswer: { en: 'no answer to {command}', ja: '{command} に応答がありません' },
  unexpected: { en: 'an answer to no command', ja: 'コマンドを送っていないのに応答が届きました' },
  notALine: { en: 'not a line of the modem', ja: 'モデムの出力ではない行です' },
  halfPacket: { en: 'not both lines of a packet', ja: 'パケットの2行がそろっていません' },
  notHex: { en: 'the data is not hexadecimal text', ja: 'データが16進数の文字列ではありません' },
  oddHex: {
    en: 'the data is not an even number of hexadecimal digits',
    ja: 'データが偶数桁の16進数ではありません',
  },
  wrongLength: { en: 'the data does not have its length', ja: 'データの長さが一致しません' },
  lengthMismatch: { en: 'the length does not fit the line', ja: '長さが行の内容と一致しません' },
  unknownNode: { en: 'node {address} is not configured', ja: 'ノード{address}は設定されていません' },
  unknownPrefix: {
    en: "no node's prefix fits: the data begins with {beginning}",
    ja: 'どのノードのprefixにも一致しません（データの先頭: {beginning}）',
  },
  notAPacket: { en: "not a node's packet", ja: 'ノードのパケットではありません' },
  receptionFailed: {
    en: 'the modem reports {failure} of a reception',
    ja: 'モデムが受信の失敗を報告しました（{failure}）',
  },
  error: { en: 'error {code}, {meaning}', ja: 'エラー{code}（{meaning}）' },
  errorAfter: {
    en: 'error {code}, {meaning} (after {command})',
    ja: 'エラー{code}（{meaning}、{command} の後）',
  },
  atError: { en: '{code}, {meaning}', ja: '{code}（{meaning}）' },
  atErrorAfter: { en: '{code}, {meaning} (after {command})', ja: '{code}（{meaning}、{command} の後）' },
  overflow: {
    en: 'more bytes without a silence than a packet has',
    ja: 'パケットの上限を超えるバイトが途切れなく届きました',
  },
  partOfPacket: {
    en: '{given} bytes of a packet of {expected}',
    ja: '{expected}バイトのパケットのうち{given}バイトしか届いていません',
  },
  notConfiguring: {
    en: 'no answer: the module is not in configuration mode (M0 and M1 high), and its registers were left alone',
    ja: '応答がありません。モジュールが設定モード（M0とM1がHigh）ではないため、レジスタは変更していません',
  },
  registersUnanswered: { en: 'no answer to the new registers', ja: 'レジスタの書き込みに応答がありません' },
  notUnderstood: {
    en: 'FF FF FF: the module did not understand the command',
    ja: 'FF FF FF: モジュールがコマンドを認識できませんでした',
  },
  stillConfiguring: {
    en: 'the registers are as wanted; the module receives nothing until M0 and M1 are low',
    ja: 'レジスタは設定どおりです。M0とM1をLowにするまで受信できません',
  },
  tookRegisters: {
    en: 'the module took the registers {registers}',
    ja: 'モジュールのレジスタが{registers}になりました',
  },

  parameterNotAllowed: { en: 'a parameter is not allowed', ja: '使えないパラメーター' },
  unknownCommand: { en: 'unknown command', ja: '不明なコマンド' },
  wrongForm: { en: 'the command has the wrong form', ja: 'コマンドの形式が不正' },
  notInThisMode: { en: 'not in this mode', ja: 'このモードでは使用不可' },
  tooManyParameters: { en: 'too many parameters', ja: 'パラメーターが多すぎる' },
  commandTooLong: { en: 'the command is too long', ja: 'コマンドが長すぎる' },
  noLineEnd: { en: 'no line end after the command', ja: 'コマンドの後に改行がない' },
  badCharacter: { en: 'a character that is not allowed', ja: '使えない文字' },
  badCommand: {
    en: 'the command is too long, has no line end or a character that is not allowed',
    ja: 'コマンドが長すぎるか、改行がないか、使えない文字がある',
  },
  notInSpecification: { en: 'not in the specification', ja: '仕様にないコード' },
  commandFailed: { en: 'the command failed', ja: 'コマンドの失敗' },
  radioBusy: { en: 'the radio is busy', ja: '無線が使用中' },
  commandLost: { en: 'error while receiving the command', ja: 'コマンドの受信エラー' },
  notInWorkMode: { en: 'not in this work mode', ja: 'この動作モードでは使用不可' },
  unsupportedBand: { en: 'the band is not supported', ja: '未対応の周波数帯' },
  undocumented: { en: 'not in the manual', ja: 'マニュアルにないエラー' },
  notAt: { en: 'the command does not begin with AT', ja: 'コマンドがATで始まっていない' },
  noEquals: { en: 'no "=" in the command', ja: 'コマンドに「=」がない' },
  dataLengthWrong: { en: 'the data does not have the length given', ja: 'データが指定の長さと不一致' },
  sendingTimedOut: { en: 'sending took too long', ja: '送信のタイムアウト' },
  receivingTimedOut: { en: 'receiving took too long', ja: '受信のタイムアウト' },
  receivedCrc: { en: 'CRC error in a received message', ja: '受信メッセージのCRCエラー' },
  tooMuchToSend: { en: 'more than 240 bytes to send', ja: '送信データが240バイト超' },
  flashFailed: { en: 'could not write the flash memory', ja: 'フラッシュメモリーの書き込み失敗' },
  unknownFailure: { en: 'unknown failure', ja: '不明な障害' },
  stillSending: { en: 'the last message was not sent yet', ja: '前のメッセージが未送信' },
  badPreamble: { en: 'preamble value not allowed', ja: '使えないプリアンブル値' },
  receivedHeader: { en: 'header error in a received message', ja: '受信メッセージのヘッダーエラー' },
  badPowerSaving: { en: 'power saving time not allowed', ja: '使えない省電力時間' },
  notInGuide: { en: 'not in the command guide', ja: 'コマンドガイドにないコード' },
});
