import { physicalName } from '../template/physical-name.ts';
import { propertiesAs } from '../template/properties.ts';
import type { ResourceMaker } from '../template/resource.ts';
import type { CloudWatch } from './cloudwatch.ts';
import { compositeAlarmDefinition } from './composite-alarm.ts';
import { metricAlarmDefinition } from './metric-alarm.ts';

/** Makes the alarms of a template. */
export const cloudwatchResources = (cloudwatch: CloudWatch): Record<string, ResourceMaker> => ({
  'AWS::CloudWatch::Alarm': ({ stack, logicalId, properties }) => {
    const named = { AlarmName: physicalName(stack, logicalId), ...properties };
    const { arn } = cloudwatch.createMetricAlarm(propertiesAs(metricAlarmDefinition, named));
    return { ref: named.AlarmName, attributes: { Arn: arn } };
  },

  'AWS::CloudWatch::CompositeAlarm': ({ stack, logicalId, properties }) => {
    const named = { AlarmName: physicalName(stack, logicalId), ...properties };
    const { arn } = cloudwatch.createCompositeAlarm(propertiesAs(compositeAlarmDefinition, named));
    return { ref: named.AlarmName, attributes: { Arn: arn } };
  },
});
