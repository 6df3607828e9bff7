# राशियाँ
amount-credits = { $count ->
    [one] { $count } क्रेडिट
   *[other] { $count } क्रेडिट
}

# ईमेल का ढाँचा
mail-hello = नमस्ते { $name },
mail-hello-nobody = नमस्ते,
mail-open = { $community } में खोलें
mail-link = विवरण: { $link }
mail-sent-by = यह संदेश { $community } की ओर से है।
mail-why = यह आपको क्यों मिला: { $reason }
mail-preferences = चुनें कि आपको क्या और कैसे बताया जाए
mail-unsubscribe = इस तरह के ईमेल अब न भेजें

# सारांश
digest-subject = { $count ->
    [one] { $community } से { $count } नई सूचना
   *[other] { $community } से { $count } नई सूचनाएँ
}
digest-intro-hourly = पिछले एक घंटे में यह हुआ:
digest-intro-daily = कल से अब तक यह हुआ:
digest-intro-weekly = इस सप्ताह यह हुआ:
digest-more = { $count ->
    [one] और { $count } सूचना आपके इनबॉक्स में है।
   *[other] और { $count } सूचनाएँ आपके इनबॉक्स में हैं।
}
digest-push-text = { $count ->
    [one] { $count } सूचना आपकी प्रतीक्षा में है।
   *[other] { $count } सूचनाएँ आपकी प्रतीक्षा में हैं।
}
digest-open = मेरा इनबॉक्स खोलें

# ईमेल के लिंक के पन्ने
unsubscribe-title = इस तरह के ईमेल बंद करें?
unsubscribe-text = आपको “{ $kind }” के ईमेल नहीं आएँगे। इनबॉक्स में वे फिर भी दिखेंगे।
unsubscribe-button = सदस्यता छोड़ें
unsubscribe-done-title = सदस्यता छोड़ दी गई
unsubscribe-done-text = आपको इस तरह के ईमेल अब नहीं आएँगे। अपनी सेटिंग में आप इन्हें फिर चालू कर सकते हैं।
link-gone-title = यह लिंक अब काम नहीं करता
link-gone-text = शायद यह बहुत पुराना है। सूचनाएँ बदलने के लिए साइन इन करें।

# श्रेणियों के नाम
category-security = सुरक्षा
category-account = आपका खाता
category-lessons = पाठ
category-work = परियोजनाएँ और काम
category-money = भुगतान और क्रेडिट
category-messages = संदेश
category-community = समुदाय
category-announcements = घोषणाएँ

# यह मुझे क्यों मिला?
why-host = यह पाठ आप देते हैं।
why-learner = इस पाठ में आपकी सीट है, या आपने माँगी थी।
why-owner = यह परियोजना आपकी है।
why-client = आप ग्राहक हैं।
why-worker = यह काम आप करते हैं, या आपने इसका प्रस्ताव दिया था।
why-payer = भुगतान आपने किया।
why-payee = पैसा आपके लिए है।
why-staff = यहाँ पैसों के बारे में निर्णय आप लेते हैं।
why-member = यह आपके खाते के बारे में है।
why-account = यह आपके खाते के बारे में है।
why-participant = आप इस बातचीत में हैं।
why-side = आप दोनों पक्षों में से एक हैं।
why-skill_match = आपके पास वह कौशल है जो इस परियोजना को चाहिए।
why-connection = आप जुड़े हैं, या आपसे जुड़ने को कहा गया।
why-follower = आप इस व्यक्ति को फ़ॉलो करते हैं।
why-reviewed = समीक्षा आपके बारे में है।
why-reviewer = यह समीक्षा आपने लिखी।
why-invited = आपको आमंत्रित किया गया।
why-team = आप इस परियोजना पर काम करते हैं।
why-subscriber = आपके पास यह प्लान है।
why-audience = इस समुदाय की टीम ने इसे आप जैसे सदस्यों को भेजा।
why-recipient = इस समुदाय की टीम ने यह आपको भेजा।
why-addressee = यह किसी दूसरे सदस्य ने किया है, और यह आपके लिए है।
why-other = आपसे जुड़ी कोई बात बदली है।
