select version from chronicle.form;
