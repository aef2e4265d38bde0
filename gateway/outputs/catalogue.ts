/** Every type of output. A new one is a file and a row here. */
import { gpioType } from './gpio.ts';
import { modbusCoilType } from './modbus-coil.ts';
import { mqttBoardType } from './mqtt-board.ts';
import type { OutputType } from './output.ts';
import { textType } from './text.ts';

export const OUTPUT_TYPES: readonly OutputType[] = [modbusCoilType, gpioType, textType, mqttBoardType];
