/* The symbols one draws with: seven that most maps need, and the rest of BPMN. */
"use strict";

(() => {
  // icon in bpmn-js's font, Swedish word, what is made
  const main = [
    ["start-event-none", "Start", { type: "bpmn:StartEvent" }],
    ["end-event-none", "Slut", { type: "bpmn:EndEvent" }],
    ["task", "Steg", { type: "bpmn:Task" }],
    ["gateway-xor", "Beslut", { type: "bpmn:ExclusiveGateway" }],
    ["lane", "Bana", { type: "bpmn:Lane" }],
    ["data-object", "Dokument", { type: "bpmn:DataObjectReference" }],
    ["subprocess-collapsed", "Delprocess", { type: "bpmn:SubProcess", isExpanded: false }],
  ];

  const event = (type, definition) => ({ type, eventDefinitionType: definition && `bpmn:${definition}EventDefinition` });
  const START = "bpmn:StartEvent", CATCH = "bpmn:IntermediateCatchEvent", THROW = "bpmn:IntermediateThrowEvent";
  const END = "bpmn:EndEvent";

  const more = [
    ["participant", "Pool", { type: "bpmn:Participant" }],
    ["text-annotation", "Anteckning", { type: "bpmn:TextAnnotation" }],
    ["group", "Grupp", { type: "bpmn:Group" }],
    ["data-store", "Register", { type: "bpmn:DataStoreReference" }],
    ["user-task", "Steg i ett system", { type: "bpmn:UserTask" }],
    ["manual-task", "Manuellt steg", { type: "bpmn:ManualTask" }],
    ["service-task", "Automatiskt steg", { type: "bpmn:ServiceTask" }],
    ["script-task", "Skript", { type: "bpmn:ScriptTask" }],
    ["business-rule-task", "Regel", { type: "bpmn:BusinessRuleTask" }],
    ["send-task", "Skicka", { type: "bpmn:SendTask" }],
    ["receive-task", "Ta emot", { type: "bpmn:ReceiveTask" }],
    ["call-activity", "Annan process", { type: "bpmn:CallActivity" }],
    ["subprocess-expanded", "Öppen delprocess", { type: "bpmn:SubProcess", isExpanded: true }],
    ["ad-hoc-marker", "Valfri ordning", { type: "bpmn:AdHocSubProcess", isExpanded: true }],
    ["event-subprocess-expanded", "Delprocess som en händelse startar", { type: "bpmn:SubProcess", triggeredByEvent: true, isExpanded: true }],
    ["transaction", "Transaktion", { type: "bpmn:Transaction", isExpanded: true }],
    ["gateway-parallel", "Allt samtidigt", { type: "bpmn:ParallelGateway" }],
    ["gateway-or", "En eller flera vägar", { type: "bpmn:InclusiveGateway" }],
    ["gateway-eventbased", "Det som händer först", { type: "bpmn:EventBasedGateway" }],
    ["gateway-complex", "Sammansatt beslut", { type: "bpmn:ComplexGateway" }],
    ["start-event-message", "Start: meddelande", event(START, "Message")],
    ["start-event-timer", "Start: tid", event(START, "Timer")],
    ["start-event-condition", "Start: villkor", event(START, "Conditional")],
    ["start-event-signal", "Start: signal", event(START, "Signal")],
    ["intermediate-event-none", "Händelse", event(THROW)],
    ["intermediate-event-catch-timer", "Vänta en tid", event(CATCH, "Timer")],
    ["intermediate-event-catch-message", "Vänta på meddelande", event(CATCH, "Message")],
    ["intermediate-event-catch-condition", "Vänta på villkor", event(CATCH, "Conditional")],
    ["intermediate-event-catch-signal", "Vänta på signal", event(CATCH, "Signal")],
    ["intermediate-event-catch-link", "Länk hit", event(CATCH, "Link")],
    ["intermediate-event-throw-message", "Skicka meddelande", event(THROW, "Message")],
    ["intermediate-event-throw-signal", "Ge signal", event(THROW, "Signal")],
    ["intermediate-event-throw-escalation", "Lyft uppåt", event(THROW, "Escalation")],
    ["intermediate-event-throw-compensation", "Ångra", event(THROW, "Compensate")],
    ["intermediate-event-throw-link", "Länk vidare", event(THROW, "Link")],
    ["end-event-message", "Slut: meddelande", event(END, "Message")],
    ["end-event-signal", "Slut: signal", event(END, "Signal")],
    ["end-event-error", "Slut: fel", event(END, "Error")],
    ["end-event-escalation", "Slut: lyft uppåt", event(END, "Escalation")],
    ["end-event-compensation", "Slut: ångra", event(END, "Compensate")],
    ["end-event-terminate", "Slut: stoppa allt", event(END, "Terminate")],
  ];

  // Tools of bpmn-js that take over the pointer, by the name of their action.
  const tools = [
    ["hand-tool", "Flytta ritytan", "handTool"],
    ["lasso-tool", "Markera flera", "lassoTool"],
    ["space-tool", "Gör plats", "spaceTool"],
    ["connection-multi", "Dra pilar", "globalConnectTool"],
  ];

  Object.assign(kvDraw, { symbols: { main, more, tools } });
})();
