// GOV.UK Frontend looks for these classes. A file rather than a line in the page, so that pages hold no script.
document.body.className += " js-enabled" + ("noModule" in HTMLScriptElement.prototype ? " govuk-frontend-supported" : "");
