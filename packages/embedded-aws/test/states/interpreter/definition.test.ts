import { describe, expect, test } from 'vitest';
import { TestAccount, WORK } from '../account.ts';

const creating = (States: Record<string, object>, fields: object = {}) => {
  return () => new TestAccount().create({ ...fields, States }, 'phase-1');
};
const pass = { Type: 'Pass', End: true };
const task = { Type: 'Task', Resource: WORK, End: true };

describe('refuses by name', () => {
  test('an unknown field of a state', () => {
    expect(creating({ 'Check hosts': { ...pass, Colour: 'red' } })).toThrow(
      'machine "phase-1", state "Check hosts", field "Colour": is unknown',
    );
  });

  test('an unknown field of the machine', () => {
    expect(creating({ A: pass }, { Owner: 'ana' })).toThrow('machine "phase-1", field "Owner": is unknown');
  });

  test('an unknown type of state', () => {
    expect(creating({ A: { Type: 'Loop', End: true } })).toThrow('state "A", field "Type": "Loop" is unknown');
  });

  test('an unknown field of a retrier', () => {
    expect(creating({ A: { ...task, Retry: [{ ErrorEquals: ['E'], Forever: true }] } })).toThrow(
      'state "A", field "Retry[0]/Forever"',
    );
  });

  test('an unknown field of a state in a branch', () => {
    const branch = { StartAt: 'Inner', States: { Inner: { ...pass, Colour: 'red' } } };
    expect(creating({ Outer: { Type: 'Parallel', Branches: [branch], End: true } })).toThrow(
      'machine "phase-1", state "Inner", field "Colour"',
    );
  });

  test('a Resource without an integration', () => {
    expect(creating({ A: { ...task, Resource: 'arn:aws:states:::sqs:sendMessage' } })).toThrow(
      'state "A", field "Resource": "arn:aws:states:::sqs:sendMessage" has no integration here; supported:',
    );
  });

  test('a distributed Map', () => {
    const ItemProcessor = { ProcessorConfig: { Mode: 'DISTRIBUTED' }, StartAt: 'I', States: { I: pass } };
    expect(creating({ A: { Type: 'Map', ItemProcessor, End: true } })).toThrow(
      'field "ItemProcessor/ProcessorConfig/Mode": is "DISTRIBUTED"',
    );
  });
});

describe('JSONPath is refused by name', () => {
  test.each(['InputPath', 'OutputPath', 'ResultPath', 'Parameters', 'Result'])('the field %s', (field) => {
    expect(creating({ A: { ...pass, [field]: '$' } })).toThrow(`state "A", field "${field}": is a JSONPath field`);
  });

  test('a machine without QueryLanguage JSONata', () => {
    expect(creating({ A: pass }, { QueryLanguage: undefined })).toThrow(
      'state "A", field "QueryLanguage": is "JSONPath"; only JSONata',
    );
  });

  test('a state with QueryLanguage JSONPath', () => {
    expect(creating({ A: { ...pass, QueryLanguage: 'JSONPath' } })).toThrow('state "A", field "QueryLanguage"');
  });

  test('but not a state with QueryLanguage JSONata', () => {
    expect(creating({ A: { ...pass, QueryLanguage: 'JSONata' } }, { QueryLanguage: undefined })).not.toThrow();
  });
});

describe('targets', () => {
  test('StartAt must name a state', () => {
    expect(creating({ A: pass }, { StartAt: 'B' })).toThrow('field "StartAt": names "B", which is not a state');
  });

  test('Next must name a state', () => {
    expect(creating({ A: { Type: 'Pass', Next: 'B' } })).toThrow('state "A", field "Next": names "B"');
  });

  test('Default must name a state', () => {
    const choice = { Type: 'Choice', Choices: [{ Condition: true, Next: 'B' }], Default: 'C' };
    expect(creating({ A: choice, B: pass })).toThrow('state "A", field "Default": names "C"');
  });

  test('the Next of a Catch must name a state', () => {
    const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'C' }];
    expect(creating({ A: { ...task, Catch } })).toThrow('state "A", field "Catch[0]/Next": names "C"');
  });

  test('a branch cannot continue with a state outside of it', () => {
    const branch = { StartAt: 'Inner', States: { Inner: { Type: 'Pass', Next: 'B' } } };
    expect(creating({ A: { Type: 'Parallel', Branches: [branch], Next: 'B' }, B: pass })).toThrow(
      'state "Inner", field "Next": names "B", which is not a state here',
    );
  });

  test('a state without a transition to it is refused', () => {
    expect(creating({ A: pass, B: pass })).toThrow('field "States/B": is a state without a transition to it');
  });

  test('Next and End exclude each other', () => {
    expect(creating({ A: { ...pass, Next: 'A' } })).toThrow(
      'state "A", field "Next": or "End" must be present, but not both',
    );
  });

  test('two states of the same name are refused, also in different branches', () => {
    const branch = { StartAt: 'Same', States: { Same: pass } };
    expect(creating({ A: { Type: 'Parallel', Branches: [branch, branch], End: true } })).toThrow(
      'has two states named "Same"',
    );
  });
});

describe('expressions', () => {
  test('an expression that JSONata cannot parse is refused at creation', () => {
    expect(creating({ A: { ...pass, Output: { v: '{% 1 + %}' } } })).toThrow(
      'state "A", field "Output": cannot be read',
    );
  });

  test.each(['{% 1', '1 %}', ' {% 1 %}'])('%j is refused, because its marks are wrong', (text) => {
    expect(creating({ A: { ...pass, Output: text } })).toThrow('must begin with {% and end with %}');
  });

  test('Arguments cannot read $states.result', () => {
    expect(creating({ A: { ...task, Arguments: '{% $states.result %}' } })).toThrow(
      'state "A", field "Arguments": cannot read $states.result',
    );
  });

  test('only a Catch can read $states.errorOutput', () => {
    expect(creating({ A: { ...task, Output: '{% $states.errorOutput %}' } })).toThrow(
      'cannot read $states.errorOutput',
    );
  });

  test('a Pass cannot read $states.result', () => {
    expect(creating({ A: { ...pass, Output: '{% $states.result %}' } })).toThrow('cannot read $states.result');
  });
});

describe('variables', () => {
  test('the name states is reserved', () => {
    expect(creating({ A: { ...pass, Assign: { states: 1 } } })).toThrow('field "Assign/states": is reserved');
  });

  test('a name must be an identifier', () => {
    expect(creating({ A: { ...pass, Assign: { 'host-1': 1 } } })).toThrow(
      'field "Assign/host-1": is not a variable name',
    );
  });

  test('a branch cannot assign a name that an outer scope assigns', () => {
    const branch = { StartAt: 'Inner', States: { Inner: { ...pass, Assign: { n: 2 } } } };
    const outer = { Type: 'Parallel', Branches: [branch], Assign: { n: 1 }, End: true };
    expect(creating({ Outer: outer })).toThrow(
      'state "Inner", field "Assign/n": an outer scope assigns this variable too',
    );
  });

  test('but a state’s own Catch may assign a name that its branch assigns', () => {
    const branch = { StartAt: 'Inner', States: { Inner: { ...pass, Assign: { n: 2 } } } };
    const Catch = [{ ErrorEquals: ['States.ALL'], Assign: { n: 1 }, Next: 'After' }];
    expect(
      creating({ Outer: { Type: 'Parallel', Branches: [branch], Catch, Next: 'After' }, After: pass }),
    ).not.toThrow();
  });

  test('the Catch of another state may not', () => {
    const branch = { StartAt: 'Inner', States: { Inner: { ...pass, Assign: { n: 2 } } } };
    const Catch = [{ ErrorEquals: ['States.ALL'], Assign: { n: 1 }, Next: 'After' }];
    const After = { Type: 'Parallel', Branches: [branch], End: true };
    expect(creating({ A: { ...task, End: undefined, Next: 'After', Catch }, After })).toThrow('field "Assign/n"');
  });

  test('two branches may each assign the same name', () => {
    const branch = (name: string) => ({ StartAt: name, States: { [name]: { ...pass, Assign: { n: 2 } } } });
    expect(creating({ A: { Type: 'Parallel', Branches: [branch('B'), branch('C')], End: true } })).not.toThrow();
  });
});

describe('values', () => {
  test('States.ALL must be alone in its ErrorEquals', () => {
    expect(creating({ A: { ...task, Retry: [{ ErrorEquals: ['States.ALL', 'E'] }] } })).toThrow(
      'States.ALL must be alone',
    );
  });

  test('States.ALL must be last', () => {
    const Retry = [{ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['E'] }];
    expect(creating({ A: { ...task, Retry } })).toThrow('state "A", field "Retry[0]/ErrorEquals"');
  });

  test('HeartbeatSeconds must be smaller than TimeoutSeconds', () => {
    expect(creating({ A: { ...task, TimeoutSeconds: 10, HeartbeatSeconds: 10 } })).toThrow(
      'field "HeartbeatSeconds": must be smaller than TimeoutSeconds (10), got 10',
    );
  });

  test('BackoffRate must be at least 1', () => {
    expect(creating({ A: { ...task, Retry: [{ ErrorEquals: ['E'], BackoffRate: 0.5 }] } })).toThrow(
      'at least 1, got 0.5',
    );
  });

  test('a Condition that is neither expression nor boolean is refused', () => {
    const choice = { Type: 'Choice', Choices: [{ Condition: 'yes', Next: 'A' }] };
    expect(creating({ A: choice })).toThrow('field "Choices[0]/Condition": must be an expression or a boolean');
  });

  test('a definition that is not JSON is refused', () => {
    const machine = { name: 'm', arn: 'arn:aws:states:r:0:stateMachine:m', definition: '{', roleArn: 'r' };
    expect(() => new TestAccount().states.createStateMachine(machine)).toThrow('machine "m" is not JSON');
  });

  test('the error is the API error InvalidDefinition', () => {
    expect(creating({ A: { Type: 'Loop' } })).toThrow(expect.objectContaining({ code: 'InvalidDefinition' }));
  });
});
