/* The drawing tool in Swedish: every text that bpmn-js shows, by its English one. */
"use strict";

globalThis.kvDraw = {};

(() => {
  const words = {
    // what one can do
    "Activate create/remove space tool": "Gör plats eller ta bort plats",
    "Activate global connect tool": "Dra pilar",
    "Activate hand tool": "Flytta ritytan",
    "Activate lasso tool": "Markera flera",
    "Add lane above": "Lägg till en bana ovanför",
    "Add lane below": "Lägg till en bana nedanför",
    "Add text annotation": "Lägg till en anteckning",
    "Align elements": "Rada upp",
    "Align elements bottom": "Rada upp nedtill",
    "Align elements center": "Rada upp lodrätt på mitten",
    "Align elements left": "Rada upp till vänster",
    "Align elements middle": "Rada upp vågrätt på mitten",
    "Align elements right": "Rada upp till höger",
    "Align elements top": "Rada upp upptill",
    "Append compensation activity": "Lägg till ett steg som ångrar",
    "Append conditional intermediate catch event": "Lägg till: vänta på ett villkor",
    "Append end event": "Lägg till ett slut",
    "Append gateway": "Lägg till ett beslut",
    "Append intermediate/boundary event": "Lägg till en händelse",
    "Append message intermediate catch event": "Lägg till: vänta på ett meddelande",
    "Append receive task": "Lägg till: ta emot",
    "Append signal intermediate catch event": "Lägg till: vänta på en signal",
    "Append task": "Lägg till ett steg",
    "Append timer intermediate catch event": "Lägg till: vänta en tid",
    "Change element": "Byt slag",
    "Connect to other element": "Dra en pil till något annat",
    "Connect using association": "Dra en streckad linje",
    "Connect using data input association": "Dra en linje för underlag",
    "Delete": "Ta bort",
    "Distribute elements horizontally": "Fördela jämnt i sidled",
    "Distribute elements vertically": "Fördela jämnt i höjdled",
    "Divide into three lanes": "Dela i tre banor",
    "Divide into two lanes": "Dela i två banor",
    "Open {element}": "Öppna {element}",
    "Search in diagram": "Sök i kartan",
    "Toggle non-interrupting": "Avbryter steget eller inte",
    // repetition and number
    "Ad-hoc": "Valfri ordning",
    "Collection": "Flera",
    "Loop": "Upprepas",
    "Parallel multi-instance": "Görs för flera samtidigt",
    "Participant multiplicity": "Flera deltagare",
    "Sequential multi-instance": "Görs för flera, en i taget",
    // steps
    "Business rule task": "Steg enligt en regel",
    "Call activity": "Steg som är en annan process",
    "Manual task": "Manuellt steg",
    "Receive task": "Ta emot",
    "Script task": "Automatiskt steg (skript)",
    "Send task": "Skicka",
    "Service task": "Automatiskt steg",
    "Task": "Steg",
    "User task": "Steg i ett system",
    "Ad-hoc sub-process": "Delprocess i valfri ordning",
    "Ad-hoc sub-process (collapsed)": "Delprocess i valfri ordning (stängd)",
    "Ad-hoc sub-process (expanded)": "Delprocess i valfri ordning (öppen)",
    "Event sub-process": "Delprocess som en händelse startar",
    "Sub-process": "Delprocess",
    "Sub-process (collapsed)": "Delprocess (stängd)",
    "Sub-process (expanded)": "Delprocess (öppen)",
    "Transaction": "Transaktion",
    // decisions
    "Complex gateway": "Sammansatt beslut",
    "Event-based gateway": "Vänta på det som händer först",
    "Exclusive gateway": "Beslut: en väg",
    "Inclusive gateway": "Beslut: en eller flera vägar",
    "Parallel gateway": "Allt samtidigt",
    // start
    "Start event": "Start",
    "Compensation start event": "Start: ångra",
    "Conditional start event": "Start: villkor",
    "Conditional start event (non-interrupting)": "Start: villkor (avbryter inte)",
    "Error start event": "Start: fel",
    "Escalation start event": "Start: lyfts uppåt",
    "Escalation start event (non-interrupting)": "Start: lyfts uppåt (avbryter inte)",
    "Message start event": "Start: meddelande",
    "Message start event (non-interrupting)": "Start: meddelande (avbryter inte)",
    "Signal start event": "Start: signal",
    "Signal start event (non-interrupting)": "Start: signal (avbryter inte)",
    "Timer start event": "Start: tid",
    "Timer start event (non-interrupting)": "Start: tid (avbryter inte)",
    // on the way
    "Intermediate throw event": "Händelse",
    "Boundary event": "Händelse på kanten",
    "Conditional intermediate catch event": "Vänta på ett villkor",
    "Compensation intermediate throw event": "Ångra",
    "Escalation intermediate throw event": "Lyft uppåt",
    "Link intermediate catch event": "Länk hit",
    "Link intermediate throw event": "Länk vidare",
    "Message intermediate catch event": "Vänta på ett meddelande",
    "Message intermediate throw event": "Skicka ett meddelande",
    "Signal intermediate catch event": "Vänta på en signal",
    "Signal intermediate throw event": "Ge en signal",
    "Timer intermediate catch event": "Vänta en tid",
    // on the border of a step
    "Cancel boundary event": "På kanten: avbrott",
    "Compensation boundary event": "På kanten: ångra",
    "Conditional boundary event": "På kanten: villkor",
    "Conditional boundary event (non-interrupting)": "På kanten: villkor (avbryter inte)",
    "Error boundary event": "På kanten: fel",
    "Escalation boundary event": "På kanten: lyfts uppåt",
    "Escalation boundary event (non-interrupting)": "På kanten: lyfts uppåt (avbryter inte)",
    "Message boundary event": "På kanten: meddelande",
    "Message boundary event (non-interrupting)": "På kanten: meddelande (avbryter inte)",
    "Signal boundary event": "På kanten: signal",
    "Signal boundary event (non-interrupting)": "På kanten: signal (avbryter inte)",
    "Timer boundary event": "På kanten: tid",
    "Timer boundary event (non-interrupting)": "På kanten: tid (avbryter inte)",
    // end
    "End event": "Slut",
    "Cancel end event": "Slut: avbrott",
    "Compensation end event": "Slut: ångra",
    "Error end event": "Slut: fel",
    "Escalation end event": "Slut: lyft uppåt",
    "Message end event": "Slut: meddelande",
    "Signal end event": "Slut: signal",
    "Terminate end event": "Slut: stoppa allt",
    // things, areas and arrows
    "Conditional flow": "Pil med villkor",
    "Data object reference": "Dokument",
    "Data store reference": "Register",
    "Default flow": "Pil för ”annars”",
    "Empty pool/participant": "Pool utan innehåll",
    "Empty pool/participant (removes content)": "Pool utan innehåll (det som finns i den tas bort)",
    "Expanded pool/participant": "Pool med innehåll",
    "Sequence flow": "Pil",
  };

  // bpmn-js asks for each text by its English one.
  function translate(template, values) {
    const text = words[template] ?? template;
    return values ? text.replace(/{([^}]+)}/g, (whole, name) => values[name] ?? whole) : text;
  }

  // Why a file does not open: bpmn-js says that in English, and most of it only to programmers.
  function reason(message) {
    if (message.includes("no diagram to display")) return "den har ingen ritning";
    if (message.includes("no process or collaboration")) return "den har ingen process";
    return "ritverktyget förstår inte hur den är gjord";
  }

  Object.assign(kvDraw, { reason, words });
  kvDraw.translate = { translate: ["value", translate] };
})();
