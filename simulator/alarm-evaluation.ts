import { EXTRA_DATAPOINTS, verdict } from 'embedded-aws/alarm-verdict';
import type { Evaluation } from '../domain/backtest/alarm-past.ts';

/** The evaluation of alarms by the embedded account, which a backtest uses too. */
export const alarmEvaluation: Evaluation = { verdict, extraDatapoints: EXTRA_DATAPOINTS };
