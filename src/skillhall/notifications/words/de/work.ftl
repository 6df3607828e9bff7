# Arbeit und Geld: wofür sich Menschen beauftragen, was sie bezahlen, worüber sie streiten.

# Passende Projekte, Gebote

gigs-project_matched = Ein Projekt für dich: { $title }
    .text =
        { $other } sucht jemanden mit Kenntnissen in { $skills }.

        Sieh dir „{ $title }“ an und mach ein Angebot, wenn es dir zusagt.
    .action = Projekt ansehen
gigs-bid_submitted = Neues Gebot: { $title }
    .text =
        { $has_price ->
            [yes] { $other } möchte „{ $title }“ für { $price } übernehmen.
           *[no] { $other } möchte „{ $title }“ übernehmen.
        }

        { $words }
    .action = Gebot ansehen
gigs-bid_withdrawn = Gebot zurückgezogen: { $title }
    .text = { $other } hat das Gebot für „{ $title }“ zurückgezogen.
    .action = Andere Gebote ansehen
gigs-bid_shortlisted = Du bist in der engeren Wahl: { $title }
    .text = { $other } hat dein Gebot für „{ $title }“ in die engere Wahl genommen.
    .action = Projekt ansehen
gigs-bid_interviewing = Bitte um ein Gespräch: { $title }
    .text = { $other } möchte mit dir über „{ $title }“ sprechen. Schreib zurück, um einen Termin zu finden.
    .action = Projekt ansehen
gigs-bid_accepted = Dein Gebot wurde angenommen: { $title }
    .text = { $other } hat sich für „{ $title }“ für dich entschieden. Die Arbeit beginnt, sobald ihr euch über die Bedingungen einig seid.
    .action = Projekt ansehen
gigs-bid_rejected = Gebot nicht angenommen: { $title }
    .text = Dein Gebot für „{ $title }“ wurde diesmal nicht angenommen.
    .action = Projekt ansehen
gigs-bid_expired = Gebot verfallen: { $title }
    .text = Über dein Gebot für „{ $title }“ hat niemand rechtzeitig entschieden, deshalb ist es verfallen.
    .action = Projekt ansehen

# Einladungen und direkte Angebote

gigs-invite_sent = Eine Einladung: { $title }
    .text =
        { $other } lädt dich zu „{ $title }“ ein. Bitte antworte bis { $until }.

        { $words }
    .action = Antworten
gigs-offer_sent = Ein direktes Angebot: { $title }
    .text =
        { $other } bietet dir { $price } für „{ $title }“. Bitte antworte bis { $until }.

        { $words }
    .action = Antworten
gigs-invite_accepted =
    { $is_offer ->
        [yes] Angebot angenommen: { $title }
       *[no] Einladung angenommen: { $title }
    }
    .text =
        { $is_offer ->
            [yes] { $other } hat dein Angebot für „{ $title }“ angenommen. Eine Vereinbarung liegt zur Unterschrift bereit.
           *[no] { $other } hat deine Einladung zu „{ $title }“ angenommen.
        }
    .action = Projekt ansehen
gigs-invite_declined =
    { $is_offer ->
        [yes] Angebot abgelehnt: { $title }
       *[no] Einladung abgelehnt: { $title }
    }
    .text =
        { $is_offer ->
            [yes] { $other } hat dein Angebot für „{ $title }“ abgelehnt.
           *[no] { $other } hat deine Einladung zu „{ $title }“ abgelehnt.
        }
    .action = Projekt ansehen
gigs-invite_withdrawn =
    { $is_offer ->
        [yes] Angebot zurückgezogen: { $title }
       *[no] Einladung zurückgezogen: { $title }
    }
    .text = { $other } hat es sich bei „{ $title }“ anders überlegt.
    .action = Projekt ansehen
gigs-invite_expired =
    { $is_offer ->
        [yes] Keine Antwort auf dein Angebot: { $title }
       *[no] Keine Antwort auf deine Einladung: { $title }
    }
    .text = Niemand hat rechtzeitig geantwortet. Du kannst jemand anderen bitten, „{ $title }“ zu übernehmen.
    .action = Projekt ansehen

# Vereinbarungen

gigs-agreement_to_sign = Eine Vereinbarung zum Unterschreiben: { $title }
    .text =
        Du und { $other } seid dabei, euch über „{ $title }“ zu einigen. Bitte lies die Bedingungen und unterschreibe bis { $until }.

        Wenn einer von euch nicht unterschreibt, ist nichts vereinbart, und das Projekt ist wieder offen.
    .action = Lesen und unterschreiben
gigs-terms_changed = Geänderte Bedingungen: { $title }
    .text = { $other } hat die Bedingungen von „{ $title }“ geändert, frühere Unterschriften gelten deshalb nicht mehr. Bitte lies sie noch einmal und unterschreibe bis { $until }.
    .action = Lesen und unterschreiben
gigs-agreement_signed = Unterschrieben von { $other }: { $title }
    .text = { $other } hat die Vereinbarung über „{ $title }“ unterschrieben. Jetzt bist du an der Reihe, bis { $until }.
    .action = Lesen und unterschreiben
gigs-agreement_activated = Vereinbart: { $title }
    .text = Du und { $other } habt beide die Vereinbarung über „{ $title }“ unterschrieben. Die Arbeit beginnt, sobald das Geld dafür hinterlegt ist.
    .action = Vereinbarung ansehen
gigs-agreement_expired = Nicht rechtzeitig unterschrieben: { $title }
    .text = Du und { $other } habt die Vereinbarung über „{ $title }“ nicht beide unterschrieben. Was hinterlegt war, geht zurück, und das Projekt ist wieder offen.
    .action = Projekt ansehen
gigs-agreement_cancelled = Aufgehoben: { $title }
    .text = Die Vereinbarung mit { $other } über „{ $title }“ wurde aufgehoben. Was hinterlegt und noch nicht ausgezahlt war, geht an den Auftraggeber zurück.
    .action = Vereinbarung ansehen
gigs-project_completed = Abgeschlossen: { $title }
    .text = „{ $title }“ ist fertig und bezahlt. Erzähl anderen, wie die Arbeit mit { $other } war.
    .action = Bewertung schreiben

# Meilensteine, Stunden und ihr Geld

gigs-work_funded = Das Geld ist hinterlegt: { $title }
    .text = { $other } hat { $price } für „{ $title }“ ({ $project }) hinterlegt. Das Geld ist sicher, bis die Arbeit getan ist, du kannst also anfangen.
    .action = Anfangen
gigs-work_started = Die Arbeit hat begonnen: { $title }
    .text = { $other } hat mit „{ $title }“ ({ $project }) begonnen.
    .action = Vereinbarung ansehen
gigs-work_delivered = Abgegeben: { $title }
    .text =
        { $other } hat „{ $title }“ ({ $project }) abgegeben. Bitte sieh es dir an und nimm es ab, oder sag, was fehlt.

        Ohne Antwort werden { $price } bezahlt, und zwar am { $until }.
    .action = Abgabe ansehen
gigs-project_delivered = Alles ist abgegeben: { $title }
    .text =
        { $other } hat „{ $title }“ abgegeben, und damit alles von „{ $project }“. Bitte sieh es dir an und nimm es ab, oder sag, was fehlt.

        Ohne Antwort werden { $price } bezahlt, und zwar am { $until }.
    .action = Abgabe ansehen
gigs-hours_submitted = Stunden zum Durchsehen: { $title }
    .text =
        { $other } hat die Stunden einer Woche für „{ $project }“ angegeben. Wenn etwas nicht stimmt, sag es bitte.

        Ohne Antwort werden sie bezahlt, und zwar am { $until }.
    .action = Stunden ansehen
gigs-revision_requested = Bitte überarbeiten: { $title }
    .text = { $other } bittet um Änderungen an „{ $title }“ ({ $project }). Was fehlt, steht bei deiner Abgabe.
    .action = Ansehen, was fehlt
gigs-hours_objected = Eine Frage zu deinen Stunden: { $title }
    .text = { $other } ist mit den Stunden, die du für „{ $project }“ angegeben hast, nicht einverstanden. Bitte sieh sie noch einmal durch und schick sie neu.
    .action = Stunden ansehen
gigs-work_approved = Abgenommen: { $title }
    .text = { $other } hat „{ $title }“ ({ $project }) abgenommen. Du hast { $price } bekommen.
    .action = Projekt ansehen
gigs-payment_released = Du wurdest bezahlt: { $title }
    .text = Für „{ $title }“ ({ $project }) wurde dir von { $other } Geld freigegeben: { $price }.
    .action = Projekt ansehen
gigs-payment_sent = Bezahlt: { $title }
    .text = Für „{ $title }“ ({ $project }) wurde Geld für { $other } freigegeben: { $price }.
    .action = Projekt ansehen
gigs-payment_returned = Geld zurück: { $title }
    .text = Was du für „{ $title }“ ({ $project }) hinterlegt hattest, hast du zurückbekommen: { $back }.
    .action = Projekt ansehen
gigs-payment_divided = Eine Zahlung wurde aufgeteilt: { $title }
    .text = Von der Zahlung für „{ $title }“ ({ $project }) gingen nach Abzug der Gebühr { $price } an { $worker } und { $back } zurück an den Auftraggeber.
    .action = Projekt ansehen
gigs-week_to_fund = Eine Woche ist zu bezahlen: { $title }
    .text = Eine neue Woche von „{ $project }“ mit { $other } hat begonnen. Bitte hinterlege { $price }, damit es weitergehen kann. Was nicht gearbeitet wird, bekommst du zurück.
    .action = Hinterlegen

# Buchungen

gigs-booking_made = Du wirst gebucht: { $title }
    .text =
        { $has_time ->
            [yes] { $other } möchte dich für „{ $title }“ buchen: { $starts_at }, für { $price }.
           *[no] { $other } möchte dich für „{ $title }“ buchen, für { $price }.
        }

        Bitte sag, ob du zusagst.
    .action = Antworten
gigs-booking_moved = Buchung verlegt: { $title }
    .text =
        { $has_time ->
            [yes] { $other } hat die Buchung für „{ $title }“ verlegt. Neuer Termin: { $starts_at }.
           *[no] { $other } hat den Termin aus der Buchung für „{ $title }“ herausgenommen.
        }
    .action = Buchung ansehen
gigs-booking_confirmed = Buchung bestätigt: { $title }
    .text =
        { $has_time ->
            [yes] { $other } sagt die Buchung für „{ $title }“ zu: { $starts_at }.
           *[no] { $other } sagt die Buchung für „{ $title }“ zu.
        }
    .action = Buchung ansehen
gigs-booking_completed = Buchung abgeschlossen: { $title }
    .text = „{ $title }“ ist fertig und bezahlt. Erzähl anderen, wie die Arbeit mit { $other } war.
    .action = Bewertung schreiben
gigs-booking_cancelled = Buchung abgesagt: { $title }
    .text =
        { $has_time ->
            [yes] Die Buchung mit { $other } für „{ $title }“ wurde abgesagt. Der Termin war: { $starts_at }.
           *[no] Die Buchung mit { $other } für „{ $title }“ wurde abgesagt.
        }
    .action = Buchung ansehen

# Aufgaben und das Team

gigs-task_assigned = Eine Aufgabe für dich: { $title }
    .text = { $other } hat dir die Aufgabe „{ $title }“ von „{ $project }“ gegeben.
    .action = Aufgabe ansehen
gigs-task_submitted = Wartet auf dein Urteil: { $title }
    .text = { $other } hat Arbeit für die Aufgabe „{ $title }“ von „{ $project }“ eingereicht.
    .action = Eingereichtes ansehen
gigs-task_reviewed =
    { $verdict ->
        [approved] Angenommen: { $title }
        [rejected] Nicht angenommen: { $title }
       *[changes_requested] Änderungen gewünscht: { $title }
    }
    .text =
        { $verdict ->
            [approved] { $other } hat deine Arbeit an der Aufgabe „{ $title }“ von „{ $project }“ angenommen.
            [rejected] { $other } hat deine Arbeit an der Aufgabe „{ $title }“ von „{ $project }“ nicht angenommen.
           *[changes_requested] { $other } bittet um Änderungen an deiner Arbeit an der Aufgabe „{ $title }“ von „{ $project }“.
        }
    .action = Urteil ansehen
gigs-task_completed = Aufgabe erledigt: { $title }
    .text = { $other } hat die Aufgabe „{ $title }“ von „{ $project }“ erledigt.
    .action = Aufgabe ansehen
gigs-task_deleted = Aufgabe entfernt: { $title }
    .text = { $other } hat die Aufgabe „{ $title }“ von der Liste von „{ $project }“ gestrichen.
    .action = Aufgaben ansehen
gigs-task_commented = Neuer Kommentar: { $title }
    .text = { $other } hat etwas zur Aufgabe „{ $title }“ von „{ $project }“ gesagt.
    .action = Lesen
gigs-team_invited = Komm ins Team: { $title }
    .text = { $other } bittet dich, ins Team von „{ $title }“ zu kommen.
    .action = Antworten
gigs-team_joined = Neu im Team: { $title }
    .text = { $other } ist jetzt im Team von „{ $title }“.
    .action = Team ansehen
gigs-team_declined = Kommt nicht ins Team: { $title }
    .text = { $other } möchte nicht ins Team von „{ $title }“ kommen.
    .action = Team ansehen
gigs-team_left = Hat das Team verlassen: { $title }
    .text = { $other } hat das Team von „{ $title }“ verlassen. Die noch offenen Aufgaben gehören jetzt niemandem.
    .action = Team ansehen
gigs-team_removed = Du bist nicht mehr im Team: { $title }
    .text = { $other } hat dich aus dem Team von „{ $title }“ genommen.
    .action = Projekt ansehen
gigs-project_news = Neuigkeiten: { $title }
    .text = { $other } hat Neuigkeiten zu „{ $title }“ geschrieben.
    .action = Lesen
gigs-project_commented = Neuer Kommentar: { $title }
    .text = { $other } hat „{ $title }“ kommentiert.
    .action = Lesen
gigs-project_paused = Pause: { $title }
    .text = { $other } hat „{ $title }“ unterbrochen. Nichts geht verloren, und du erfährst, wenn es weitergeht.
    .action = Projekt ansehen
gigs-project_resumed = Es geht weiter: { $title }
    .text = { $other } hat „{ $title }“ nach einer Pause wieder aufgenommen.
    .action = Projekt ansehen

# Streitfälle

disputes-opened = Zahlung angefochten: { $title }
    .text =
        Die Zahlung für „{ $title }“ wird von der anderen Seite angefochten und ist eingefroren, bis darüber entschieden ist.

        { $has_until ->
            [yes] Bitte antworte bis { $until }. Ohne Antwort sieht sich der Support den Fall so an, wie er ist.
           *[no] Ohne Antwort sieht sich der Support den Fall so an, wie er ist.
        }
    .action = Antworten
disputes-under_review = Streitfall wird geprüft: { $title }
    .text =
        { $is_answered ->
            [yes] Die Zahlung für „{ $title }“ bleibt eingefroren. Die andere Seite hat geantwortet, und der Support sieht sich den Streitfall jetzt an.
           *[no] Die Zahlung für „{ $title }“ bleibt eingefroren. Niemand hat rechtzeitig geantwortet, und der Support sieht sich den Streitfall jetzt an.
        }

        { $has_until ->
            [yes] Er entscheidet bis { $until }.
           *[no] Du erfährst, wie er entscheidet.
        }
    .action = Streitfall ansehen
disputes-evidence_added = Neue Belege in einem Streitfall: { $title }
    .text = Die andere Seite hat Belege zur Zahlung für „{ $title }“ hinzugefügt.
    .action = Streitfall ansehen
disputes-message_sent = Nachricht in einem Streitfall: { $title }
    .text = Die Zahlung für „{ $title }“ wird angefochten, und es gibt eine neue Nachricht dazu.
    .action = Lesen
disputes-proposed = Vorschlag in einem Streitfall: { $title }
    .text =
        Die Zahlung für „{ $title }“ wird angefochten. { $share ->
            [all] Der Support schlägt vor, dass alles an { $payee } geht.
            [none] Der Support schlägt vor, dass alles an die zahlende Seite zurückgeht.
           *[part] Der Support schlägt vor, dass { $percent } % davon an { $payee } gehen und der Rest an die zahlende Seite zurück.
        }

        Wenn beide Seiten zustimmen, geschieht das sofort.
    .action = Antworten
disputes-ruled = Entscheidung in einem Streitfall: { $title }
    .text =
        Die Zahlung für „{ $title }“ wurde angefochten. { $share ->
            [all] Die Entscheidung lautet, dass alles an { $payee } geht.
            [none] Die Entscheidung lautet, dass alles an die zahlende Seite zurückgeht.
           *[part] Die Entscheidung lautet, dass { $percent } % davon an { $payee } gehen und der Rest an die zahlende Seite zurück.
        }

        { $has_until ->
            [yes] Sie wird am { $until } ausgeführt. Bis dahin kann jede Seite einmal Einspruch erheben.
           *[no] Sie wird sofort ausgeführt.
        }
    .action = Entscheidung ansehen
disputes-appealed = Einspruch in einem Streitfall: { $title }
    .text =
        Die Zahlung für „{ $title }“ bleibt eingefroren: Die andere Seite erhebt Einspruch gegen die Entscheidung.

        { $has_until ->
            [yes] Eine andere Person entscheidet bis { $until }.
           *[no] Eine andere Person entscheidet.
        }
    .action = Streitfall ansehen
disputes-resolved = Streitfall entschieden: { $title }
    .text =
        Die Zahlung für „{ $title }“ wird nicht mehr angefochten. { $share ->
            [all] Alles geht an { $payee }.
            [none] Alles geht an die zahlende Seite zurück.
           *[part] { $percent } % davon gehen an { $payee }, der Rest an die zahlende Seite zurück.
        }
    .action = Ergebnis ansehen
disputes-rejected = Streitfall abgewiesen: { $title }
    .text =
        { $is_taken_back ->
            [yes] Die Bank der zahlenden Seite hat die Zahlung für „{ $title }“ zurückgeholt: Der Streitfall ist damit beendet.
           *[no] Die Zahlung für „{ $title }“ wird nicht mehr angefochten und läuft weiter wie zuvor.
        }
    .action = Streitfall ansehen
disputes-withdrawn = Streitfall zurückgezogen: { $title }
    .text = Die Zahlung für „{ $title }“ wird nicht mehr angefochten und läuft weiter wie zuvor.
    .action = Streitfall ansehen
payments-chargeback_opened = Zahlung von einer Bank zurückgeholt: { $title }
    .text =
        Die Bank der zahlenden Seite hat die Zahlung für „{ $title }“ zurückgeholt.

        { $has_until ->
            [yes] Bitte füge bis { $until } hinzu, was zeigt, dass sie verdient war: So lange hört uns die Bank, dann entscheidet sie.
           *[no] Bitte füge hinzu, was zeigt, dass sie verdient war: Die Bank entscheidet.
        }
    .action = Belege hinzufügen
payments-chargeback_reviewed = Die Bank entscheidet: { $title }
    .text = Die Bank der zahlenden Seite hat die Zahlung für „{ $title }“ zurückgeholt und entscheidet jetzt darüber.
    .action = Fall ansehen
payments-chargeback_closed = Die Bank hat entschieden: { $title }
    .text =
        Die Bank der zahlenden Seite hat über die Zahlung für „{ $title }“ entschieden. { $share ->
            [all] Alles geht an { $payee }.
            [none] Alles geht an die zahlende Seite zurück.
           *[part] { $percent } % davon gehen an { $payee }, der Rest an die zahlende Seite zurück.
        }
    .action = Fall ansehen

# Zahlungen und Auszahlungen

payments-succeeded = Bezahlt: { $title }
    .text = Vielen Dank. Deine Zahlung von { $price } für „{ $title }“ ist angekommen.
    .action = Zahlung ansehen
payments-not_kept = Deine Zahlung geht zurück: { $title }
    .text = Deine Zahlung von { $price } für „{ $title }“ ist angekommen, aber zu spät oder doppelt. Wir schicken dir alles zurück.
    .action = Zahlung ansehen
payments-failed = Zahlung fehlgeschlagen: { $title }
    .text = Deine Bank oder Karte hat die Zahlung von { $price } für „{ $title }“ abgelehnt. Es wurde nichts abgebucht. Du kannst es noch einmal versuchen oder anders bezahlen.
    .action = Noch einmal versuchen
payments-action_required = Bitte bestätige eine Zahlung: { $title }
    .text =
        Deine Bank möchte, dass du die Zahlung von { $price } für „{ $title }“ bestätigst. Bitte tu das hier:

        { $link }

        Bis dahin ist nicht bezahlt.
    .action = Zahlung ansehen
payments-refunded = Geld zurück: { $title }
    .text = { $price } von deiner Zahlung für „{ $title }“ sind auf dem Weg zurück zu dir. Je nach Bank dauert das einige Tage.
    .action = Zahlung ansehen
payments-refund_failed = Eine Rückzahlung verzögert sich: { $title }
    .text = Wir konnten dir { $price } für „{ $title }“ noch nicht zurückschicken. Du musst nichts tun: Wir kümmern uns darum.
    .action = Zahlung ansehen
payments-payout_requested = Auszahlung unterwegs: { $price }
    .text = { $price } von deinen Einnahmen werden an dich geschickt.
    .action = Auszahlung ansehen
payments-payout_paid = Ausgezahlt: { $price }
    .text = { $price } von deinen Einnahmen wurden an dich geschickt. Je nach Bank dauert es einige Tage, bis sie ankommen.
    .action = Auszahlung ansehen
payments-payout_failed = Auszahlung fehlgeschlagen: { $price }
    .text =
        { $is_returned ->
            [yes] Deine Auszahlung von { $price } kam zurück. Das Geld ist wieder bei deinen Einnahmen.
           *[no] Deine Auszahlung von { $price } konnte nicht geschickt werden. Das Geld ist wieder bei deinen Einnahmen.
        }

        Bitte prüfe, wohin deine Auszahlungen gehen.
    .action = Prüfen
payments-payout_cancelled = Auszahlung abgebrochen: { $price }
    .text = Deine Auszahlung von { $price } wurde zurückgenommen, bevor sie hinausging. Das Geld ist wieder bei deinen Einnahmen.
    .action = Auszahlung ansehen
payments-identity_checked =
    { $status ->
        [verified] Dir kann jetzt ausgezahlt werden
       *[rejected] Wir konnten nicht bestätigen, wer du bist
    }
    .text =
        { $status ->
            [verified] Wir wissen jetzt, wer du bist. Ab heute können dir deine Einnahmen ausgezahlt werden.
           *[rejected] Mit den Unterlagen, die wir haben, konnten wir nicht bestätigen, wer du bist. Bitte schick sie noch einmal.
        }

        { $reason }
    .action = Auszahlungen ansehen
payments-destination_changed = Deine Einnahmen gehen jetzt woandershin
    .text =
        Das Konto, auf das dir ausgezahlt wird, wurde geändert. Die erste Auszahlung dorthin ist ab { $until } möglich.

        Wenn du das nicht warst: Gib sofort wieder dein eigenes Konto an und ändere dein Passwort.
    .action = Prüfen
payments-money_waits =
    { $waiting ->
        [refund] Eine Rückzahlung wartet auf dich: { $price }
       *[suspense] Geld, das niemand kennt, wartet auf dich: { $price }
    }
    .text =
        { $waiting ->
            [refund] Eine Rückzahlung von { $price } konnte nicht geschickt werden. Das Geld liegt bereit, bis jemand sie noch einmal schickt.
           *[suspense] { $price } gehören zu nichts, was hier bekannt ist, und liegen bereit, bis jemand sagt, was daraus wurde.
        }
    .action = Ansehen

# Was die Gemeinschaft verkauft

billing-subscription_started = Dein Tarif { $plan } hat begonnen
    .text =
        { $is_trial ->
            [yes] Du kannst { $plan } kostenlos ausprobieren. Wir sagen dir, wenn die Probezeit endet.
           *[no] Vielen Dank. Alles, was { $plan } bietet, steht dir ab jetzt offen.
        }
    .action = Tarif ansehen
billing-subscription_renewed = Dein Tarif { $plan } läuft weiter
    .text = Der nächste Monat { $plan } ist bezahlt.
    .action = Tarif ansehen
billing-subscription_changed = Du bist zu { $plan } gewechselt
    .text = Ab jetzt ist { $plan } dein Tarif.
    .action = Tarif ansehen
billing-subscription_cancelled = Dein Tarif { $plan } wird enden
    .text = Du hast { $plan } gekündigt. Der Tarif bleibt dir bis zum Ende des bezahlten Monats, und es wird nichts mehr abgebucht.
    .action = Tarif ansehen
billing-subscription_resumed = Dein Tarif { $plan } bleibt
    .text = { $plan } endet nun doch nicht.
    .action = Tarif ansehen
billing-renewal_failed =
    { $is_last ->
        [yes] Dein Tarif { $plan } endet bald
       *[no] Wir konnten deinen Tarif { $plan } nicht abbuchen
    }
    .text =
        { $is_last ->
            [yes] Das war der letzte Versuch. Bezahle jetzt, wenn du { $plan } behalten möchtest.
           *[no] Wir versuchen es in einigen Tagen noch einmal, und { $plan } bleibt dir bis dahin. Bitte prüfe deine Zahlungsmethode.
        }
    .action = Zahlungsmethode prüfen
billing-subscription_ended = Dein Tarif { $plan } ist beendet
    .text =
        { $reason ->
            [unpaid] { $plan } konnte nicht mehr abgebucht werden und ist deshalb beendet.
            [trial_over] Die Probezeit von { $plan } ist vorbei, und es war keine Zahlungsmethode hinterlegt. Es wurde nichts abgebucht, und der Tarif ist beendet.
            [refunded] { $plan } wurde erstattet und ist deshalb beendet.
           *[charged_back] { $plan } ist beendet, weil deine Bank den Preis zurückgeholt hat.
        }
    .action = Tarife ansehen
billing-subscription_restored = Dein Tarif { $plan } ist wieder da
    .text = Deine Bank hat den Preis von { $plan } zurückgegeben, deshalb gehört dir wieder alles, was er bringt.
    .action = Tarif ansehen
billing-invoice_issued =
    { $series ->
        [RCT] Beleg { $number }
       *[INV] Rechnung { $number }
    }
    .text =
        { $series ->
            [RCT] Hier ist dein Beleg { $number } über { $price } für „{ $title }“, verkauft von { $seller }.
            [FEE] Hier ist deine Rechnung { $number } über unsere Gebühr von { $price } für „{ $title }“. Sie wurde von deinen Einnahmen einbehalten.
           *[INV] Hier ist deine Rechnung { $number } über { $price } für „{ $title }“. Sie ist bezahlt.
        }
    .action = Datei öffnen
billing-credit_note_issued = Gutschrift { $number }
    .text = Hier ist deine Gutschrift { $number }: { $price } von { $corrects } für „{ $title }“ wurden zurückgegeben.
    .action = Datei öffnen
billing-credits_bought = { $price } für dich
    .text = Wir haben deinem Guthaben { $price } gutgeschrieben. Viel Freude damit!
    .action = Guthaben ansehen
billing-boost_paid = Steht jetzt vorn: { $title }
    .text =
        { $days ->
            [one] Ab jetzt steht „{ $title }“ vor anderen Projekten, { $days } Tag lang.
           *[other] Ab jetzt steht „{ $title }“ vor anderen Projekten, { $days } Tage lang.
        }
    .action = Projekt ansehen
billing-boost_revoked = Steht nicht mehr vorn: { $title }
    .text = Der Preis dafür, dass „{ $title }“ vorn steht, ging zurück, deshalb wird es wieder wie jedes andere Projekt gezeigt.
    .action = Projekt ansehen
billing-boost_restored = Steht wieder vorn: { $title }
    .text = Deine Bank hat den Preis dafür, dass „{ $title }“ vorn steht, zurückgegeben, deshalb läuft die restliche Zeit ab jetzt weiter.
    .action = Projekt ansehen
